// Where the site is on its host. Every page names the icon, and that lies in the site's root.

export const root = new URL("./", document.querySelector("link[rel=icon]").href);

/** A name for what is kept on this device: forks of this site on one host share nothing. */
export const keyOf = (name) => `micrograd:${root.pathname}:${name}`;
