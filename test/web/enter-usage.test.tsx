import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EnterDialog } from "../../web/pages/usage/enter-dialog.tsx";
import { scriptServer, show } from "../support/dashboard-parts.tsx";

const server = scriptServer();

const formerZone = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "Europe/Berlin";
});
afterAll(() => {
  if (formerZone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = formerZone;
});

test("the time of the usage stays as it is typed, also with a half typed year, and is sent as an instant", async () => {
  server.answers["usage.dimensions"] = () => [{ dimension: "storage", name: "Storage" }];
  server.answers["usage.enter"] = () => null;
  await show(<EnterDialog subscriptionId="one" onClose={() => {}} />);
  const time = await screen.findByLabelText<HTMLInputElement>("Time of the usage");
  // What browsers report while the year 2026 is typed. The clocks of year 2 were not at whole minutes.
  for (const typed of ["0002-11-30T09:15", "0020-11-30T09:15", "0202-11-30T09:15", "2026-11-30T09:15"]) {
    fireEvent.change(time, { target: { value: typed } });
    expect(time.value).toBe(typed);
  }
  await screen.findByRole("option", { name: /Storage/ });
  fireEvent.change(screen.getByLabelText("Dimension"), { target: { value: "storage" } });
  fireEvent.change(screen.getByLabelText("Quantity"), { target: { value: "3" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "The report was lost" } });
  fireEvent.click(screen.getByRole("button", { name: "Enter usage" }));
  await waitFor(() =>
    expect(server.calls.find(({ procedure }) => procedure === "usage.enter")).toMatchObject({
      input: { time: "2026-11-30T08:15:00.000Z", quantity: "3" },
    }),
  );
});
