// The loss's gradients at the step that is shown, asked of the engine only while something shows
// them: the network's second layer, or a weight that is looked at. The newest step asked for wins.

const KEPT = 32; // steps of a run

export function createGradients({ engine, onArrived }) {
  const runs = new WeakMap(); // result -> Map of step -> Float64Array, or the error that came instead
  let wanted = null, asking = false;
  const stepsOf = (result) => runs.get(result) ?? runs.set(result, new Map()).get(result);

  async function answerFor({ result, step, parameters }) {
    try {
      return await engine.gradients({ config: result.config, step, parameters: parameters.slice() });
    } catch (error) {
      return error;
    }
  }
  async function ask() {
    asking = true;
    while (wanted) {
      const painted = wanted;
      wanted = null;
      const steps = stepsOf(painted.result);
      if (steps.has(painted.step)) continue;
      const answer = await answerFor(painted);
      // A boot that failed can be tried again, and then it is to be asked again.
      if (answer?.name !== "BootError") steps.set(painted.step, answer);
      if (steps.size > KEPT) steps.delete(steps.keys().next().value);
      onArrived(painted, answer);
    }
    asking = false;
  }
  return {
    /** Those of a painted step if they are here; undefined otherwise. */
    of(painted) {
      const found = painted && runs.get(painted.result)?.get(painted.step);
      return found instanceof Float64Array ? found : undefined;
    },
    want(painted) {
      if (!painted || stepsOf(painted.result).has(painted.step)) return;
      wanted = painted;
      if (!asking) ask();
    },
  };
}
