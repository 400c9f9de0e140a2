// The pretend course's own script: it lists what the frames tell their page.

for (const type of ["micrograd-ready", "micrograd-ran", "micrograd-exercise-passed"]) {
  addEventListener(type, ({ target, detail }) => {
    const item = document.createElement("li");
    item.textContent = `${type} from <${target.localName}> ${JSON.stringify(detail)}`;
    document.getElementById("heard").append(item);
  });
}
