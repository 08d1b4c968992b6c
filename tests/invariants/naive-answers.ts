import { type NaiveMeans, type ShippedOrder, unitsOf } from "./naive-shipments.ts";

type Question = { readonly id: string; state: string; readonly order: ShippedOrder };
type Reply = ReturnType<NaiveMeans["refuse"]>;

/** Answers to orders, questions about them and cancelled units as they are first built: looked at, and after a pause written. */
export function naiveAnswers({ level, id, refuse, roundTrip }: NaiveMeans) {
  const questions = new Map<string, Question>();
  const shown = ({ id: name, state }: ShippedOrder): Reply => ({ status: 200, body: { id: name, state } });
  return {
    questions,
    /** Some units of a confirmed order's lines. */
    cancelLines: async (order: ShippedOrder, asked: readonly { line_number: number; quantity: number }[]): Promise<Reply> => {
      const cancelled = order.cancelled + asked.reduce((sum, { quantity }) => sum + quantity, 0);
      if (cancelled > unitsOf(order)) return refuse(409, "units-not-open");
      await roundTrip();
      order.cancelled = cancelled;
      for (const { line_number: number, quantity } of asked) level(order.lines[number - 1]?.offer ?? "").reserved -= quantity;
      if (order.cancelled === unitsOf(order)) order.state = "cancelled";
      return shown(order);
    },
    /** What a seller says of a confirmed order; of less than all of it it asks. */
    answerOrder: async (order: ShippedOrder, verb: string, body: Readonly<Record<string, unknown>>): Promise<Reply> => {
      if (order.state !== "confirmed") return refuse(409, "state-conflict");
      await roundTrip();
      if (body["lines"] !== undefined) {
        const question = { id: id("orq"), state: "open", order };
        questions.set(question.id, question);
        return { status: 200, body: { id: order.id, state: order.state, open_requests: [{ id: question.id }] } };
      }
      order.state = verb === "accept" ? "accepted" : "rejected";
      if (verb === "reject") for (const { offer, quantity } of order.lines) level(offer).reserved -= quantity;
      return shown(order);
    },
    /** Granting and withdrawing what was asked. */
    answerQuestion: async (question: Question, verb: string): Promise<Reply> => {
      if (question.state !== "open") return refuse(409, "state-conflict");
      await roundTrip();
      question.state = verb;
      if (verb === "grant") question.order.state = "accepted";
      return { status: 200, body: { id: question.id } };
    },
  };
}
