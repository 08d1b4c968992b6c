/** Sealing: what may be kept but not read. It owns no table. */
export { openAnswer, sealAnswer } from "./answer.ts";
export type { AnswerKey, AnswerNoLongerAvailable } from "./answer.ts";
export { newPersonKey, openForPerson, sealForPerson } from "./person.ts";
export type { Plain, Sealed } from "./person.ts";
