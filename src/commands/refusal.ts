/** An expected end, said in one sentence and without a stack. */
export class Refusal extends Error {}
