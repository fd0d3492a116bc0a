import { describe, expect, test } from "vitest";
import { commandsIn } from "../../web/search/commands.ts";

const read = (text: string, role: "viewer" | "operator" | "admin" = "admin") =>
  commandsIn(text, role).map(({ command, about }) => [command.name, about]);

describe("commandsIn", () => {
  test("reads the action and what it is about", () => {
    expect(read("change seats of Contoso")).toEqual([["changeQuantity", "contoso"]]);
    expect(read("Change Plan for contoso cloud")).toEqual([["changePlan", "contoso cloud"]]);
    expect(read("suspend contoso")).toEqual([["suspend", "contoso"]]);
    expect(read("assign to me contoso")).toEqual([["assign", "contoso"]]);
    expect(read("snooze contoso")).toEqual([["snooze", "contoso"]]);
  });

  test("offers every action that a beginning can mean", () => {
    expect(read("chan")).toEqual([
      ["changeQuantity", ""],
      ["changePlan", ""],
    ]);
    expect(read("change pl")).toEqual([["changePlan", ""]]);
  });

  test("offers only what the role includes", () => {
    expect(read("cancel subscription contoso", "operator")).toEqual([]);
    expect(read("cancel subscription contoso")).toEqual([["cancel", "contoso"]]);
    expect(read("change seats of contoso", "viewer")).toEqual([]);
  });

  test("takes no name for an action", () => {
    for (const text of ["contoso", "change of address gmbh", "changes ltd", "planner", ""])
      expect(read(text), text).toEqual([]);
  });
});
