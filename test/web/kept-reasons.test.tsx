import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { AnswerOperation } from "../../web/components/answer-operation.tsx";
import { SnoozeForm } from "../../web/pages/act/snooze-form.tsx";
import type { NeedView } from "../../shared/views/needs.ts";

const server = scriptServer();

async function reopen(part: React.ReactNode): Promise<void> {
  cleanup();
  await show(part, { path: "/", at: "/" });
}

describe("a reason that was typed and not sent", () => {
  const need = {
    kind: "suspension",
    id: "s-1",
    snoozableUntil: new Date(Date.now() + 7 * 86_400_000).toISOString(),
  } as NeedView;
  const snoozeForm = (isSnoozed: boolean) => (
    <SnoozeForm
      need={need}
      blockedReason={null}
      isSending={false}
      onSnooze={() => Promise.resolve(isSnoozed)}
      onCancel={() => {}}
    />
  );
  const reason = () => screen.findByLabelText<HTMLTextAreaElement>("Reason");

  test("is there again when the form of a link in a message is opened again", async () => {
    await reopen(snoozeForm(false));
    fireEvent.change(await reason(), { target: { value: "Waits for the new card" } });
    await reopen(snoozeForm(false));
    expect((await reason()).value).toBe("Waits for the new card");
    // Refused: it stays.
    fireEvent.click(screen.getByRole("button", { name: "Snooze" }));
    await reopen(snoozeForm(true));
    expect((await reason()).value).toBe("Waits for the new card");
  });

  test("is forgotten when the need is snoozed", async () => {
    await reopen(snoozeForm(true));
    fireEvent.change(await reason(), { target: { value: "Waits for the new card" } });
    fireEvent.click(screen.getByRole("button", { name: "Snooze" }));
    await waitFor(async () => expect((await reason()).value).toBe(""));
    await reopen(snoozeForm(true));
    expect((await reason()).value).toBe("");
  });

  test("is there again for a change that Microsoft waits for, until it is answered", async () => {
    const operation = { id: "o-1", answerDueAt: new Date(Date.now() + 60_000).toISOString() };
    const own = () => screen.findByLabelText<HTMLInputElement>("Reason for rejecting, in your own words");
    server.answers["operations.answer"] = () => ({ ok: true });
    await reopen(<AnswerOperation operation={operation} />);
    fireEvent.change(await own(), { target: { value: "Not before the audit" } });
    await reopen(<AnswerOperation operation={operation} />);
    expect((await own()).value).toBe("Not before the audit");
    fireEvent.click(screen.getByRole("button", { name: "Reject" }));
    await waitFor(async () => expect((await own()).value).toBe(""));
  });
});
