/** Words of the outbox: what server, database and dashboard say about messages and their receivers. */

/** Kinds of receivers. */
export const receiverKinds = ["endpoint", "mail", "teams", "slack", "push"] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/** `paused`: messages are kept for it. `disabled`: no messages are created for it. Neither is sent anything. */
export const receiverStates = ["active", "paused", "disabled", "removed"] as const;
export type ReceiverState = (typeof receiverStates)[number];

/** `staff`: someone paused it. `failing`: nothing was delivered for days. `gone`: it answered 410. */
export const stateReasons = ["staff", "failing", "gone"] as const;
export type StateReason = (typeof stateReasons)[number];

/** `failed`: given up after days of attempts. `stopped`: staff ended it. */
export const messageStates = ["waiting", "delivered", "failed", "stopped"] as const;
export type MessageState = (typeof messageStates)[number];

/** `refused`: the address may not be called, so nothing was sent. */
export const attemptOutcomes = ["delivered", "failed", "refused"] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

/** The type of a test message, which reports no change. */
export const testType = "endpoint.test";

/** More endpoints than this have no slots of their own in a sender. */
export const maxEndpoints = 16;

/** Attempts continue for this long; then the message has failed, or its receiver is paused. */
export const maxRetryDays = 3;

/** Hours for which messages are signed with both secrets after a rotation. */
export const rotationHours = [0, 1, 24, 72] as const;
export const defaultRotationHours = 24;
