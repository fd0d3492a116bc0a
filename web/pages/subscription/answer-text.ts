import type { Answer } from "../../../shared/questions.ts";
import { formatNumber } from "../../text/format.ts";

export function answerText(answer: Answer["answer"]): string {
  if (typeof answer === "boolean") return answer ? "Yes" : "No";
  return typeof answer === "number" ? formatNumber(answer) : answer;
}
