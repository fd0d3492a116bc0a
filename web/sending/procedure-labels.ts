/** Names of changes, for messages outside their form. */

const labels: Record<string, string> = {
  "subscriptions.cancel": "Cancel subscription",
  "subscriptions.changeQuantity": "Change seats",
  "subscriptions.suspend": "Suspend access",
  "subscriptions.reinstate": "Reinstate access",
  "operations.answer": "Response to Microsoft",
  "bulk.plan": "Dry run",
  "bulk.start": "Start bulk run",
  "bulk.stop": "Stop bulk run",
  "bulk.retry": "Retry bulk run",
  "cancellations.approve": "Approve cancellation",
  "cancellations.decline": "Decline cancellation",
  "cancellations.withdraw": "Withdraw cancellation",
  "cancellations.setPolicy": "Change cancellation policy",
  "plannedChanges.plan": "Plan change",
  "plannedChanges.undo": "Undo planned change",
  "plannedChanges.dismiss": "Dismiss failed change",
  "rules.set": "Set rule",
  "questions.set": "Set questions of the landing page",
  "questions.answer": "Edit answers",
  "destinations.set": "Set destination of purchasers",
  "policies.set": "Set activation policy",
  "offers.name": "Name offer",
  "usage.decide": "Decide about usage",
  "usage.setIncluded": "Set included quantity",
  "usage.setSettings": "Change usage settings",
  "branding.set": "Save branding",
  "retention.set": "Save retention",
  "keys.make": "Create API key",
  "keys.revoke": "Revoke API key",
  "endpoints.create": "Create endpoint",
  "endpoints.edit": "Edit endpoint",
  "endpoints.pause": "Pause endpoint",
  "endpoints.resume": "Resume endpoint",
  "endpoints.remove": "Remove endpoint",
  "endpoints.rotate": "Rotate secret",
  "endpoints.test": "Send test",
  "endpoints.resend": "Send messages again",
  "messages.resend": "Send message again",
  "messages.stop": "Stop message",
  "signingKeys.rotate": "Replace signing key",
  "staff.disable": "Block sign-in",
  "staff.enable": "Unblock sign-in",
};

export function procedureLabel(procedure: string): string {
  const verb = procedure.slice(procedure.lastIndexOf(".") + 1);
  const label = verb.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return labels[procedure] ?? label.charAt(0).toUpperCase() + label.slice(1);
}
