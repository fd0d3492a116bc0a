import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { scriptServer, show } from "../support/dashboard-parts.tsx";
import { CustomerNeeds } from "../../web/pages/customer/customer-needs.tsx";

const server = scriptServer();

test("a customer's needs that could not be read are not taken for none", async () => {
  server.answers["customers.needs"] = () => {
    throw new Error("The database is busy.");
  };
  await show(<CustomerNeeds id="c-1" />);
  await screen.findByText(/The database is busy/);
  server.answers["customers.needs"] = () => ({ needs: [] });
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await expect.poll(() => screen.queryByText(/The database is busy/)).toBeNull();
});
