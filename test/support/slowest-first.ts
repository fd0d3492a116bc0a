/** The order of test files: the slowest first, so that no worker waits for another one at the end. */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** A fresh checkout has no recorded durations, and the size of a file says little: these files mostly wait. */
export const slowestFiles = [
  "test/integration/faults.test.ts",
  "test/integration/sample-history.test.ts",
  "test/integration/needs-vanish.test.ts",
  "test/integration/marketplace-client.test.ts",
  "test/integration/settling-by-record.test.ts",
  "test/integration/microsoft-refuses.test.ts",
  "test/integration/settling.test.ts",
  "test/integration/reconcile.test.ts",
  "test/integration/rehearsal.test.ts",
  "test/integration/usage-sending.test.ts",
  "test/integration/job-leases.test.ts",
  "test/integration/product-api-odd-calls.test.ts",
  "test/integration/outbox.test.ts",
  "test/integration/notifications.test.ts",
  "test/integration/personal-data.test.ts",
  "test/integration/awaited-visits.test.ts",
  // Plays the sample history that others copy, so those come later.
  "test/e2e/accessibility/pages.test.ts",
  "test/e2e/accessibility/dialogs-by-keyboard.test.ts",
  "test/e2e/offline.test.ts",
  "test/e2e/operation-answers.test.ts",
  "test/e2e/policies-and-api-keys.test.ts",
  "test/e2e/accessibility/lists-and-dialogs.test.ts",
  "test/e2e/multiple-tabs.test.ts",
  "test/e2e/tasks.test.ts",
  "test/e2e/lists-by-keyboard.test.ts",
  "test/e2e/subscription-actions.test.ts",
  "test/e2e/accessibility/keyboard.test.ts",
  "test/e2e/accessibility/public-pages.test.ts",
];

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => slowestFiles.indexOf(relative(this.ctx.config.root, moduleId));
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project.name);
    return [...byProject].flatMap(([name, own]) => {
      const slow = own.filter((file) => rank(file) >= 0).toSorted((one, other) => rank(one) - rank(other));
      const others = own.filter((file) => rank(file) === -1);
      return name === "integration" ? spread(slow, others) : [...slow, ...others];
    });
  }
}

/** Slow files that run at the same time: they wait more than they work, so the other workers run quick ones. */
const maxSlow = 3;
/** Quick files between the starts of two slow ones. */
const quickBetween = 5;

function spread<File>(slow: File[], quick: File[]): File[] {
  const later = slow.slice(maxSlow);
  const spaced = later.flatMap((file, index) => [
    ...quick.slice(quickBetween * index, quickBetween * (index + 1)),
    file,
  ]);
  return [...slow.slice(0, maxSlow), ...spaced, ...quick.slice(quickBetween * later.length)];
}
