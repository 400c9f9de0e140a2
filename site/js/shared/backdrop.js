// A dialog that closes by a press beside it, as Escape closes it.

/** A press counts where it begins: text that is marked out to the edge of the dialog closes nothing. */
export function closesByBackdrop(dialog) {
  let beside = false;
  dialog.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    beside = target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
  });
  dialog.addEventListener("click", () => {
    if (beside) dialog.close();
    beside = false;
  });
}
