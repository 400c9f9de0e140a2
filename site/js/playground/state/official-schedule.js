// The official schedule's end, which the state table and the schedule's picture share.

/** Of more steps than these the rate, 1 - 0.9*step/100, falls below 0, which the engine refuses. */
export const OFFICIAL_STEPS = 112;
