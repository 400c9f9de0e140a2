// Named runs to start from. Each is a complete set of differences from the defaults: choosing one
// never leaves a setting of the run before behind. The build reads them, too: what their networks
// need is there before Python (builder/kernel_files.py).

import PRESETS from "./presets.json";

export { PRESETS };
