import { fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, describe, expect, test } from "vitest";
import type { AutomationAction } from "../../shared/automations.ts";
import { ReasonChoice } from "../../web/components/reason-choice.tsx";
import { ActionFields } from "../../web/pages/automations/action-fields.tsx";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const server = scriptServer();

function Reason({ chosen }: { chosen: string }) {
  const [value, setValue] = useState(chosen);
  return <ReasonChoice action="cancel" field={{ value, onChange: (event) => setValue(event.currentTarget.value) }} />;
}

describe("a chosen reason", () => {
  const select = () => screen.findByRole<HTMLSelectElement>("combobox", { name: "Reason" });
  const code = { createdAt: "2026-11-01T00:00:00.000Z", createdByName: "Test admin", actions: ["cancel"] };
  const archived = { at: "2026-11-20T00:00:00.000Z", byName: "Test admin" };

  test("that was archived is shown as such, and is gone once another one is chosen", async () => {
    server.answers["reasons.list"] = () => [
      { ...code, id: "moves", name: "Moves away", archived: null },
      { ...code, id: "price", name: "Too expensive", archived: archived },
    ];
    await show(<Reason chosen="price" />);
    expect((await select()).selectedOptions[0]?.label).toBe("Too expensive (archived)");
    fireEvent.change(await select(), { target: { value: "moves" } });
    expect([...(await select()).options].map(({ label }) => label)).toEqual(["Choose…", "Moves away"]);
  });

  test("is shown even if reasons are no longer offered", async () => {
    server.answers["reasons.list"] = () => [{ ...code, id: "price", name: "Too expensive", archived: archived }];
    await show(<Reason chosen="price" />);
    expect((await select()).selectedOptions[0]?.label).toBe("Too expensive (archived)");
  });
});

describe("a person of an automation who can no longer be chosen", () => {
  const shown = async (name: string) =>
    (await screen.findByRole<HTMLSelectElement>("combobox", { name })).selectedOptions[0]?.label;

  function Fields({ initial }: { initial: AutomationAction[] }) {
    const [actions, setActions] = useState(initial);
    return <ActionFields actions={actions} problems={new Map()} onChange={setActions} />;
  }

  beforeEach(() => {
    server.answers["automations.choices"] = () => ({
      owners: [{ id: "p-1", name: "Omar Haddad" }],
      channels: [{ id: "c-1", name: "Sales" }],
    });
  });

  test("is shown as no longer available, as the one to notify and as owner", async () => {
    await show(
      <Fields
        initial={[
          { kind: "notify", to: "p-9" },
          { kind: "owner", owner: "p-9" },
        ]}
      />,
    );
    await expect.poll(() => shown("Who")).toBe("No longer available");
    expect(await shown("Owner")).toBe("No longer available");
    fireEvent.change(screen.getByRole("combobox", { name: "Who" }), { target: { value: "c-1" } });
    expect(await shown("Who")).toBe("Sales");
    expect(screen.getAllByRole("option", { name: "No longer available" })).toHaveLength(1);
  });

  test("is not taken for one who was not chosen yet", async () => {
    await show(<Fields initial={[{ kind: "notify", to: "" }]} />);
    await screen.findByRole("option", { name: "Sales" });
    expect(await shown("Who")).toBe("Choose a person or channel");
  });
});
