// Before an app of JupyterLite starts: what a cell shows stays in the page. The policy of these pages
// lets no script of an output run and asks no other host for its pictures; but it has no word on a
// page that is led elsewhere (<meta>), nor on a host that is looked up ahead (<link>). An output needs
// neither, so both are left out of every HTML that is put into the page, and out of frames of text.

const LEADS = /<(?:meta|link)|srcdoc/i, LEADING = "meta, link, iframe[srcdoc]";
const { set: plain, ...own } = Object.getOwnPropertyDescriptor(Element.prototype, "innerHTML");

Object.defineProperty(Element.prototype, "innerHTML", {
  ...own,
  set(text) {
    if (this instanceof HTMLTemplateElement || !LEADS.test(text)) { plain.call(this, text); return; }
    const { content } = Object.assign(document.createElement("template"), { innerHTML: text });
    for (const one of content.querySelectorAll(LEADING)) one.remove();
    this.replaceChildren(content);
  },
});
