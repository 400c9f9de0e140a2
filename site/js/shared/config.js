// A run's configuration as messages carry it: these fields, each plain data.

import { DEFAULT } from "#facts/configuration";

export const NAMES = Object.keys(DEFAULT);

export const alike = (one, other) => NAMES.every((name) => JSON.stringify(one?.[name]) === JSON.stringify(other?.[name]));

/** The fields of a run that an object itself has; the page's other settings stay here. */
export function ownFields(config) {
  const names = NAMES.filter((name) => config && Object.hasOwn(config, name));
  return structuredClone(Object.fromEntries(names.map((name) => [name, config[name]])));
}
