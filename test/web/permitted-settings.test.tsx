import { act, screen } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { Role } from "../../shared/roles.ts";
import { SettingsFrame } from "../../web/pages/settings/settings.tsx";
import { queryClient, trpc } from "../../web/trpc.ts";
import { scriptServer, show, signedInAs } from "../support/dashboard-parts.tsx";

const server = scriptServer();
const refused = /Only .* can open this page/;

async function open(role: Role, path: string) {
  server.answers["me.get"] = signedInAs({ role });
  await show(<SettingsFrame />, { path });
  await screen.findByRole("navigation", { name: "Settings" });
}

describe("a settings page that a link leads to and the role does not permit", () => {
  test.each([
    ["viewer", "/settings/api-keys", "API keys", "Only admins can open this page."],
    ["viewer", "/settings/endpoints/e-1", "Endpoints", "Only admins can open this page."],
    ["viewer", "/settings/connection", "Connection", "Only operators and admins can open this page."],
    ["operator", "/settings/staff", "Staff", "Only admins can open this page."],
  ] as const)(
    "says to a %s at %s who can open it, and asks the server for nothing",
    async (role, path, title, text) => {
      await open(role, path);
      await screen.findByRole("heading", { level: 1, name: title });
      screen.getByText(text);
      screen.getByText(new RegExp(`Your role is ${role}`));
      expect(screen.queryByRole("button")).toBeNull();
      expect([...new Set(server.calls.map(({ procedure }) => procedure))]).toEqual(["me.get"]);
    },
  );

  test("stays closed if the role cannot be read again", async () => {
    await open("viewer", "/settings/api-keys");
    await screen.findByText(refused);
    server.answers["me.get"] = () => {
      throw new Error("The database took too long to answer.");
    };
    await act(() => queryClient.invalidateQueries(trpc.me.get.queryFilter()));
    expect(queryClient.getQueryState(trpc.me.get.queryKey())?.status).toBe("error");
    screen.getByText(refused);
  });

  test.each([
    ["viewer", "/settings/retention"],
    ["operator", "/settings/connection"],
    ["admin", "/settings/staff"],
    ["viewer", "/settings"],
  ] as const)("is another one than a %s opens at %s", async (role, path) => {
    await open(role, path);
    expect(screen.queryByText(refused)).toBeNull();
  });
});
