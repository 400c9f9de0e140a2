// Runs in the kernel's worker before anything else there (kernel.js): takes the site's storage and
// the means to start other workers, which would have both again.

const TAKEN = ["caches", "indexedDB", "Worker", "SharedWorker", "webkitRequestFileSystem", "webkitRequestFileSystemSync", "webkitResolveLocalFileSystemURL", "webkitResolveLocalFileSystemSyncURL"];
const OF_NAVIGATOR = ["storage", "storageBuckets", "serviceWorker", "locks"];

function take(from, names) {
  for (let at = from; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) for (const name of names) Reflect.deleteProperty(at, name);
}
take(self, TAKEN);
take(navigator, OF_NAVIGATOR);
