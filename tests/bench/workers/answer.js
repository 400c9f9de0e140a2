// A worker's side of the conversation: answers each question with the function of that name.

export function answer(functions) {
  self.onmessage = async ({ data: [question, details] }) => {
    try {
      self.postMessage({ answer: await functions[question](details) });
    } catch (error) {
      self.postMessage({ error: String(error?.stack ?? error) });
    }
  };
}

// Runs `train` a few times; gives the milliseconds of one run and the last loss.
export async function timed(train, repeats) {
  let loss;
  const started = performance.now();
  for (let k = 0; k < repeats; k++) loss = await train();
  return { ms: (performance.now() - started) / repeats, loss };
}
