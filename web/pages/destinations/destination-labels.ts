/** Labels of the destinations, for staff. */
import type { DestinationMode } from "../../../shared/destinations.ts";

export const destinationLabels: Record<DestinationMode, { name: string; meaning: string }> = {
  page: {
    name: "Landing page",
    meaning: "The page of an active subscription says that you will write to the purchaser.",
  },
  button: {
    name: "Button to the product",
    meaning: "The page of an active subscription has a large button that opens your product.",
  },
  after_activation: {
    name: "Product after activation",
    meaning: "The same, and when the activation is complete, the page opens your product automatically.",
  },
  instead: {
    name: "Product instead of the form",
    meaning:
      "A new purchase opens your product, which asks what it needs and activates the purchase with the product API.",
  },
};
