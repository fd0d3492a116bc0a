import { fireEvent, screen } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { WriteDialog } from "../../web/components/write/write-dialog.tsx";
import { saveDraft } from "../../web/sending/drafts.ts";

const server = scriptServer();
let seats = 5;

beforeEach(() => {
  seats = 5;
  server.answers["customerMails.draft"] = () => ({
    addresses: [{ email: "new@fabrikam.com", role: "contact" }],
    language: "en",
    sendBlockedReason: null,
    templates: [{ kind: "activated", texts: { en: { subject: "Welcome", body: `You have ${seats} seats.` } } }],
  });
  server.answers["customerMails.write"] = () => null;
});

const open = () => show(<WriteDialog subscriptionId="s-1" name="Fabrikam" onClose={() => {}} />);
const field = (name: string) => screen.findByLabelText<HTMLInputElement>(name);

describe("an email to a customer", () => {
  test("has the facts of the moment in which its dialog is opened", async () => {
    const page = await open();
    fireEvent.change(await field("Template"), { target: { value: "activated" } });
    expect((await field("Text")).value).toBe("You have 5 seats.");
    page.close();
    localStorage.clear();
    seats = 12;
    await open();
    fireEvent.change(await field("Template"), { target: { value: "activated" } });
    expect((await field("Text")).value).toBe("You have 12 seats.");
  });

  test("goes to the address that is shown, even if it was restored and is no longer offered", async () => {
    saveDraft("staff-1", "form write s-1 ", { to: "old@fabrikam.com", subject: "Hello", body: "About your seats" });
    await open();
    const to = await field("To");
    expect(to.value).toBe("old@fabrikam.com");
    expect(to.getAttribute("aria-describedby")).toBeNull();
    fireEvent.change(to, { target: { value: "new@fabrikam.com" } });
    fireEvent.click(screen.getByRole("button", { name: "Send email" }));
    await screen.findByText("Email is being sent");
    const [sent] = server.calls.filter(({ procedure }) => procedure === "customerMails.write");
    expect(sent?.input).toMatchObject({ to: "new@fabrikam.com", subject: "Hello" });
  });

  test("shows the address alone in its field, which is narrow on a phone, and says whose it is", async () => {
    server.answers["customerMails.draft"] = () => ({
      addresses: [
        { email: "ada@fabrikam.com", role: "purchaser" },
        { email: "a.very.long.name.of.a.person@fabrikam.com", role: "beneficiary" },
      ],
      language: "en",
      sendBlockedReason: null,
      templates: [],
    });
    await open();
    const to = await field("To");
    const options = [...to.querySelectorAll("option")];
    expect(options.map(({ text, parentElement }) => [parentElement?.getAttribute("label"), text])).toEqual([
      ["Purchaser", "ada@fabrikam.com"],
      ["Beneficiary", "a.very.long.name.of.a.person@fabrikam.com"],
    ]);
    const description = () => document.querySelector(`[id="${to.getAttribute("aria-describedby")}"]`)?.textContent;
    expect(description()).toBe("Purchaser");
    fireEvent.change(to, { target: { value: "a.very.long.name.of.a.person@fabrikam.com" } });
    expect(description()).toBe("Beneficiary a.very.long.name.of.a.person@fabrikam.com");
  });

  test("about a need begins with its draft, and not before it is read", async () => {
    let give: (mail: unknown) => void = () => {};
    server.answers["needs.mail"] = () => new Promise((resolve) => (give = resolve));
    await show(
      <WriteDialog subscriptionId="s-1" name="Fabrikam" need={{ kind: "suspension", id: "s-1" }} onClose={() => {}} />,
    );
    await vi.waitFor(() => expect(server.calls.map(({ procedure }) => procedure)).toContain("needs.mail"));
    expect(screen.queryByLabelText("Subject")).toBeNull();
    give({ to: "new@fabrikam.com", subject: "A payment failed", body: "Please check your card." });
    expect((await field("Subject")).value).toBe("A payment failed");
    expect((await field("Text")).value).toBe("Please check your card.");
    expect(server.calls.filter(({ procedure }) => procedure === "needs.mail")).toEqual([
      expect.objectContaining({ input: { kind: "suspension", id: "s-1" } }),
    ]);
  });

  test("about a need that is resolved begins empty", async () => {
    server.answers["needs.mail"] = () => null;
    await show(
      <WriteDialog subscriptionId="s-1" name="Fabrikam" need={{ kind: "suspension", id: "s-1" }} onClose={() => {}} />,
    );
    expect((await field("Subject")).value).toBe("");
  });
});
