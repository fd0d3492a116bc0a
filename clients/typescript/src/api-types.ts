/** Written by `npm run client` from `/api/v1/openapi.json`. Change the API, not this file. */
export interface paths {
    "/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes in order, without gaps
         * @description Poll with the `next` of the previous response; each event is delivered at least once, in the order in which it became visible. Make the product match `subscription`, then confirm. A few seconds between calls are enough.
         */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entitlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the entitlements of a tenant or a person
         * @description Answered from Marketdesk's own database, so it is fast enough for each sign-in. Returns the subscriptions whose beneficiary is the tenant. Who in the tenant gets a seat is up to the product. Send the `ETag` of the last response as `If-None-Match`: an unchanged response is 304 without a body.
         */
        get: operations["getEntitlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/entitlements/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get signed entitlements, which can be checked without a call
         * @description A JWT (ES256, `typ` `entitlements+jwt`) that the product checks with the keys at `/.well-known/jwks.json`. Claims: `iss` is the public address of Marketdesk, `aud` the given audience, `sub` the tenant, or tenant and user with a colon between them, `tid` and `oid` the tenant and the user, `access` and `entitlements` as in `/entitlements` without those that have ended, and `iat`, `exp` and `jti`.
         */
        get: operations["getEntitlementToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/handoffs/{jti}/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use a handoff once
         * @description After a purchaser arrived with a handoff whose signature is valid, use its `jti` here before you sign the person in. Only the first call for a `jti` gets 204, across all instances of your product.
         */
        post: operations["useHandoff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an operation
         * @description Call it every few seconds until `state` is `succeeded` or `failed`. Most changes take a few seconds.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/planned-changes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a planned change
         * @description One planned change in its current state.
         */
        get: operations["getPlannedChange"];
        put?: never;
        post?: never;
        /**
         * Cancel a planned change before its day
         * @description Changes that staff have planned can be canceled too. A repeated call gets the same response.
         */
        delete: operations["cancelPlannedChange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signing-keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the key that signs entitlements now
         * @description Marketdesk does this automatically every 30 days. The next key is always published before it signs, and earlier keys are published until their last token has expired, so no valid token becomes unverifiable.
         */
        post: operations["rotateSigningKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List subscriptions
         * @description Ordered by last change, oldest first. A subscription that changes while you read appears again at the end, so you do not miss any. To follow changes use `/changes`.
         */
        get: operations["listSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a subscription */
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate a purchase
         * @description Tells Microsoft that the purchase is set up. Billing starts.
         */
        post: operations["activateSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/change-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the plan
         * @description Microsoft must offer the plan for this subscription. The number of seats stays the same.
         */
        post: operations["changePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/change-quantity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the number of seats
         * @description Within the limits of the plan. Microsoft bills the difference.
         */
        post: operations["changeQuantity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Confirm what the product has provisioned
         * @description Idempotent: repeating a confirmation only updates its time. If the activation waits for the product, a confirmation of the subscription's plan and seats with access `full` starts it, and billing with it.
         */
        put: operations["confirmProvisioning"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend access
         * @description The publisher's own suspension, effective immediately. Microsoft is not informed and continues to bill.
         */
        post: operations["holdSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/lift-hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reinstate access
         * @description Ends the publisher's own suspension. When Microsoft has suspended the subscription because a payment failed, only a payment by the customer ends that.
         */
        post: operations["liftHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/planned-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List planned changes of a subscription
         * @description Waiting changes by date, then the others, newest first; at most 100.
         */
        get: operations["listPlannedChanges"];
        put?: never;
        /**
         * Plan a change for a later day
         * @description Only a change that is possible now can be planned. On the planned day, Marketdesk repeats the checks and makes the change on behalf of the API key; the change fails if the key has been revoked or has expired by then. Events report the outcome.
         */
        post: operations["planChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/request-cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request the cancellation
         * @description Staff approve or decline the request; until then nothing is canceled. The operation has the state `waiting_for_approval`. A cancellation cannot be undone: the customer would have to buy again.
         */
        post: operations["requestCancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the usage of a subscription in a term
         * @description By dimension: what was used, what the plan includes, and what is billed.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report usage of metered dimensions
         * @description Up to 1,000 events, as they happen. Marketdesk adds them up by hour, subtracts what the plan includes, and sends the rest to Microsoft. Each event has its own result, and is stored before the response. Repeating an event changes nothing.
         */
        post: operations["reportUsage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Change: {
            /** @description The same facts after it. */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-11-25T14:03:00.000Z
             */
            at: string;
            /** @description The changed facts before the event. */
            before: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Who made the change.
             * @enum {string}
             */
            by: "staff" | "purchaser" | "marketplace" | "product" | "system";
            /**
             * Format: uuid
             * @description Stable: the same event always has the same ID.
             */
            id: string;
            /** @description The current state, which may be later than the event: make the product match it. */
            subscription: {
                /**
                 * @description What the customer may do. Follow this value, not the status.
                 * @enum {string}
                 */
                access: "none" | "full" | "suspended" | "ended";
                /** @description The reason, in a sentence. */
                accessReason: string;
                /** @description When the purchaser requested an activation that waits for staff, or for this product to confirm plan, seats and full access. Null if it does not wait. */
                activation: {
                    /**
                     * Format: date-time
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    askedAt: string;
                    /** @enum {string} */
                    waitsFor: "staff" | "product";
                } | null;
                /** @description Answers to the questions of the landing page, in the order of the form. */
                answers: {
                    /** @description Text, a number, a day such as 2027-03-14, the ID of a choice, or whether consent was given. */
                    answer: string | number | boolean;
                    /** @description The question's ID. */
                    id: string;
                    /** @description The question in English, as it was asked. */
                    question: string;
                }[];
                autoRenews: boolean | null;
                beneficiary: {
                    email: string | null;
                    objectId: string | null;
                    tenantId: string | null;
                };
                /** @description The product's last confirmation; null if there is none. */
                confirmation: {
                    /** @enum {string} */
                    access: "full" | "suspended" | "ended";
                    /**
                     * Format: date-time
                     * @description When the product first confirmed exactly this.
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    changedAt: string;
                    /**
                     * Format: date-time
                     * @description When the product last confirmed this.
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    confirmedAt: string;
                    /** @description The differences. */
                    differences: ("planId" | "quantity" | "access")[];
                    /**
                     * Format: date-time
                     * @description Since when the confirmation differs from the subscription; null if they match.
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    differsSince: string | null;
                    evidence: string | null;
                    planId: string;
                    quantity: number | null;
                    reference: string | null;
                } | null;
                /** @description What the purchaser entered on the landing page. */
                contact: {
                    company: string;
                    email: string;
                    name: string;
                    phone: string;
                } | null;
                id: string;
                isFreeTrial: boolean;
                /** @description The publisher has suspended access. */
                isOnHold: boolean;
                isReseller: boolean;
                isTest: boolean;
                name: string;
                offer: {
                    id: string;
                    /** @description The offer's display name; null until Microsoft has given it. */
                    name: string | null;
                };
                offerId: string;
                plan: {
                    id: string;
                    /** @description The plan's display name; null until Microsoft has given it. */
                    name: string | null;
                };
                planId: string;
                /** @description The list price of its plan and term in its market; null if Microsoft has given none. */
                price: {
                    /**
                     * @description A decimal number, as Microsoft states it.
                     * @example 20.00
                     */
                    amount: string;
                    /**
                     * @description ISO 4217.
                     * @example USD
                     */
                    currency: string;
                    /**
                     * @description What the amount is for, once per term.
                     * @enum {string}
                     */
                    per: "seat" | "subscription";
                    /**
                     * @description An ISO 8601 duration.
                     * @example P1M
                     */
                    term: string | null;
                } | null;
                /**
                 * Format: date-time
                 * @example 2026-11-25T14:03:00.000Z
                 */
                purchasedAt: string | null;
                purchaser: {
                    email: string | null;
                    objectId: string | null;
                    tenantId: string | null;
                };
                /** @description Seats; null for a flat-rate plan. */
                quantity: number | null;
                /**
                 * @description Microsoft's status.
                 * @enum {string}
                 */
                status: "PendingFulfillmentStart" | "Subscribed" | "Suspended" | "Unsubscribed";
                /**
                 * Format: date-time
                 * @example 2026-11-25T14:03:00.000Z
                 */
                statusSince: string;
                term: {
                    /**
                     * Format: date-time
                     * @deprecated
                     * @description `endsOn` as an instant, the start of the last day in UTC. Use `endsOn`.
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    endsAt: string | null;
                    /**
                     * Format: date
                     * @description The last day of the term, as Microsoft states it: the same day in every time zone.
                     * @example 2026-12-25
                     */
                    endsOn: string | null;
                    /**
                     * Format: date-time
                     * @deprecated
                     * @description `startsOn` as an instant, the start of that day in UTC. Use `startsOn`.
                     * @example 2026-11-25T14:03:00.000Z
                     */
                    startsAt: string | null;
                    /**
                     * Format: date
                     * @description The first day of the term, as Microsoft states it: the same day in every time zone.
                     * @example 2026-12-25
                     */
                    startsOn: string | null;
                    unit: string | null;
                };
                /**
                 * Format: date-time
                 * @example 2026-11-25T14:03:00.000Z
                 */
                updatedAt: string;
                /** @description Increases with each change. */
                version: number;
            } | null;
            /** @description Microsoft's ID of the subscription. */
            subscriptionId: string;
            /** @description The change in a sentence. */
            summary: string;
            /**
             * @description More may be added; ignore unknown kinds.
             * @enum {string}
             */
            type: "subscription.first_seen" | "subscription.activation_asked" | "subscription.activated" | "subscription.plan_changed" | "subscription.quantity_changed" | "subscription.suspended" | "subscription.reinstated" | "subscription.held" | "subscription.hold_lifted" | "subscription.renewed" | "subscription.term_changed" | "subscription.renewal_changed" | "subscription.trial_ended" | "subscription.unsubscribed" | "subscription.unexpected_transition" | "subscription.details_changed" | "subscription.contact_given" | "subscription.answers_given" | "planned_change.planned" | "planned_change.carried_out" | "planned_change.failed" | "planned_change.undone" | "planned_change.superseded" | "usage.threshold_reached" | "usage.held" | "usage.rejected" | "subscription.confirmation_asked";
        };
        ChangePage: {
            changes: components["schemas"]["Change"][];
            /** @description There are more changes: call again immediately. */
            hasMore: boolean;
            /** @description Store it and pass it as `after`, even if there are no changes. */
            next: string;
        };
        ChangePlanBody: {
            /** @example business */
            planId: string;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        };
        ChangeQuantityBody: {
            /**
             * @description The number of seats.
             * @example 12
             */
            quantity: number;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        };
        ConfirmationBody: {
            /**
             * @description What the customer may do in the product now.
             * @enum {string}
             */
            access: "full" | "suspended" | "ended";
            /** @description How the product knows, in a sentence; shown to staff. */
            evidence?: string | null;
            planId: string;
            /** @description Seats; null or omitted if the product does not count them. */
            quantity?: number | null;
            /** @description The product's own ID for what it provisioned, such as a tenant ID. */
            reference?: string | null;
        };
        Entitlement: {
            /** @enum {string} */
            access: "none" | "full" | "suspended" | "ended";
            /** @description The reason, in a sentence. */
            accessReason: string;
            /** @description Whether Microsoft states `user` as the beneficiary; null without `user`. */
            isBeneficiary: boolean | null;
            isFreeTrial: boolean;
            isTest: boolean;
            /** @description The customer's name for the subscription. */
            name: string;
            offer: {
                id: string;
                /** @description The offer's display name; null until Microsoft has given it. */
                name: string | null;
            };
            plan: {
                id: string;
                /** @description The plan's display name; null until Microsoft has given it. */
                name: string | null;
            };
            /** @description Seats; null for a flat-rate plan. */
            quantity: number | null;
            subscriptionId: string;
            /** Format: date */
            termEndsOn: string | null;
            termUnit: string | null;
            /** @description Increases with each change. */
            version: number;
        };
        Entitlements: {
            /**
             * @description The best access of all entitlements; `none` without any.
             * @enum {string}
             */
            access: "none" | "full" | "suspended" | "ended";
            /** @description Full access first, then the newest. Ended subscriptions are last. */
            entitlements: components["schemas"]["Entitlement"][];
            /** @description There are more than 100; read the others from `/subscriptions`. */
            hasMore: boolean;
            tenant: string;
            user: string | null;
        };
        EntitlementToken: {
            /** Format: date-time */
            expiresAt: string;
            /** @description A JWT that is valid for 15 minutes. */
            token: string;
        };
        Operation: {
            /** @description `Activate`, `ChangePlan`, `ChangeQuantity`, `Unsubscribe`, `Hold`, `LiftHold`, or Microsoft's name of another operation. */
            action: string;
            /** @description The state in a sentence, for people. */
            detail: string;
            /** Format: date-time */
            finishedAt: string | null;
            id: string;
            planId: string | null;
            quantity: number | null;
            /** Format: date-time */
            requestedAt: string;
            requestedByName: string;
            /** @enum {string} */
            state: "waiting_for_approval" | "in_progress" | "succeeded" | "failed";
            subscriptionId: string;
        };
        PlanChangeBody: {
            /** @enum {string} */
            action: "ChangePlan";
            /**
             * @description The day in UTC on which the change is made; null: the day after the last day of the term.
             * @example 2026-12-01
             */
            on: string | null;
            /** @example business */
            planId: string;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        } | {
            /** @enum {string} */
            action: "ChangeQuantity";
            /**
             * @description The day in UTC on which the change is made; null: the day after the last day of the term.
             * @example 2026-12-01
             */
            on: string | null;
            /**
             * @description The number of seats.
             * @example 12
             */
            quantity: number;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        } | {
            /** @enum {string} */
            action: "Hold";
            /**
             * @description The day in UTC on which the change is made; null: the day after the last day of the term.
             * @example 2026-12-01
             */
            on: string | null;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
            /**
             * @description The day on which access is reinstated; null: someone reinstates it.
             * @default null
             */
            until: string | null;
        } | {
            /** @enum {string} */
            action: "LiftHold";
            /**
             * @description The day in UTC on which the change is made; null: the day after the last day of the term.
             * @example 2026-12-01
             */
            on: string | null;
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        };
        PlannedChange: {
            /** @enum {string} */
            action: "ChangePlan" | "ChangeQuantity" | "Hold" | "LiftHold";
            /** Format: date-time */
            endedAt: string | null;
            id: string;
            /** @description Whether it moves with the end of the term. */
            isAtTermEnd: boolean;
            /**
             * Format: date
             * @description The day in UTC.
             */
            on: string;
            /** @description The operation that makes the change; null before the planned day, and for holds. */
            operationId: string | null;
            planId: string | null;
            /** Format: date-time */
            plannedAt: string;
            plannedByName: string;
            /** @description Why the change failed or still waits, in a sentence. */
            problem: string | null;
            quantity: number | null;
            /**
             * @description `waiting` until its day; `in_progress` while Microsoft makes it; `dropped`: there was nothing left to do; `failed`: it could not be carried out, and staff are notified.
             * @enum {string}
             */
            state: "waiting" | "in_progress" | "completed" | "failed" | "canceled" | "dropped";
            subscriptionId: string;
            /**
             * Format: date
             * @description For a hold, the day on which access is reinstated.
             */
            until: string | null;
        };
        PlannedChangeList: {
            plannedChanges: components["schemas"]["PlannedChange"][];
        };
        /** @description RFC 9457. */
        Problem: {
            /** @description What happened and what to do, in a sentence. */
            detail: string;
            /** @description The errors of each input. */
            errors?: {
                field: string;
                message: string;
            }[];
            status: number;
            title: string;
            /**
             * @description The type of problem, for programs.
             * @example urn:marketdesk:not-found
             */
            type: string;
        };
        ReasonBody: {
            /**
             * @description The reason in at least 3 characters, for the audit trail. The customer does not see it.
             * @example Requested by the customer in the product
             */
            reason: string;
            /** @description The ID of a reason code, instead of a text. */
            reasonCode?: string | null;
        };
        RotateSigningKeyBody: {
            reason: string;
        };
        Subscription: {
            /**
             * @description What the customer may do. Follow this value, not the status.
             * @enum {string}
             */
            access: "none" | "full" | "suspended" | "ended";
            /** @description The reason, in a sentence. */
            accessReason: string;
            /** @description When the purchaser requested an activation that waits for staff, or for this product to confirm plan, seats and full access. Null if it does not wait. */
            activation: {
                /**
                 * Format: date-time
                 * @example 2026-11-25T14:03:00.000Z
                 */
                askedAt: string;
                /** @enum {string} */
                waitsFor: "staff" | "product";
            } | null;
            /** @description Answers to the questions of the landing page, in the order of the form. */
            answers: {
                /** @description Text, a number, a day such as 2027-03-14, the ID of a choice, or whether consent was given. */
                answer: string | number | boolean;
                /** @description The question's ID. */
                id: string;
                /** @description The question in English, as it was asked. */
                question: string;
            }[];
            autoRenews: boolean | null;
            beneficiary: {
                email: string | null;
                objectId: string | null;
                tenantId: string | null;
            };
            /** @description The product's last confirmation; null if there is none. */
            confirmation: {
                /** @enum {string} */
                access: "full" | "suspended" | "ended";
                /**
                 * Format: date-time
                 * @description When the product first confirmed exactly this.
                 * @example 2026-11-25T14:03:00.000Z
                 */
                changedAt: string;
                /**
                 * Format: date-time
                 * @description When the product last confirmed this.
                 * @example 2026-11-25T14:03:00.000Z
                 */
                confirmedAt: string;
                /** @description The differences. */
                differences: ("planId" | "quantity" | "access")[];
                /**
                 * Format: date-time
                 * @description Since when the confirmation differs from the subscription; null if they match.
                 * @example 2026-11-25T14:03:00.000Z
                 */
                differsSince: string | null;
                evidence: string | null;
                planId: string;
                quantity: number | null;
                reference: string | null;
            } | null;
            /** @description What the purchaser entered on the landing page. */
            contact: {
                company: string;
                email: string;
                name: string;
                phone: string;
            } | null;
            id: string;
            isFreeTrial: boolean;
            /** @description The publisher has suspended access. */
            isOnHold: boolean;
            isReseller: boolean;
            isTest: boolean;
            name: string;
            offer: {
                id: string;
                /** @description The offer's display name; null until Microsoft has given it. */
                name: string | null;
            };
            offerId: string;
            plan: {
                id: string;
                /** @description The plan's display name; null until Microsoft has given it. */
                name: string | null;
            };
            planId: string;
            /** @description The list price of its plan and term in its market; null if Microsoft has given none. */
            price: {
                /**
                 * @description A decimal number, as Microsoft states it.
                 * @example 20.00
                 */
                amount: string;
                /**
                 * @description ISO 4217.
                 * @example USD
                 */
                currency: string;
                /**
                 * @description What the amount is for, once per term.
                 * @enum {string}
                 */
                per: "seat" | "subscription";
                /**
                 * @description An ISO 8601 duration.
                 * @example P1M
                 */
                term: string | null;
            } | null;
            /**
             * Format: date-time
             * @example 2026-11-25T14:03:00.000Z
             */
            purchasedAt: string | null;
            purchaser: {
                email: string | null;
                objectId: string | null;
                tenantId: string | null;
            };
            /** @description Seats; null for a flat-rate plan. */
            quantity: number | null;
            /**
             * @description Microsoft's status.
             * @enum {string}
             */
            status: "PendingFulfillmentStart" | "Subscribed" | "Suspended" | "Unsubscribed";
            /**
             * Format: date-time
             * @example 2026-11-25T14:03:00.000Z
             */
            statusSince: string;
            term: {
                /**
                 * Format: date-time
                 * @deprecated
                 * @description `endsOn` as an instant, the start of the last day in UTC. Use `endsOn`.
                 * @example 2026-11-25T14:03:00.000Z
                 */
                endsAt: string | null;
                /**
                 * Format: date
                 * @description The last day of the term, as Microsoft states it: the same day in every time zone.
                 * @example 2026-12-25
                 */
                endsOn: string | null;
                /**
                 * Format: date-time
                 * @deprecated
                 * @description `startsOn` as an instant, the start of that day in UTC. Use `startsOn`.
                 * @example 2026-11-25T14:03:00.000Z
                 */
                startsAt: string | null;
                /**
                 * Format: date
                 * @description The first day of the term, as Microsoft states it: the same day in every time zone.
                 * @example 2026-12-25
                 */
                startsOn: string | null;
                unit: string | null;
            };
            /**
             * Format: date-time
             * @example 2026-11-25T14:03:00.000Z
             */
            updatedAt: string;
            /** @description Increases with each change. */
            version: number;
        };
        SubscriptionPage: {
            /** @description Pass it as `cursor` for the next page; null on the last page. */
            next: string | null;
            subscriptions: components["schemas"]["Subscription"][];
        };
        Usage: {
            dimensions: {
                /**
                 * @description What Microsoft has accepted and will bill.
                 * @example 1250.5
                 */
                billed: string;
                /**
                 * @description The part of `used` whose hour is still open.
                 * @example 1250.5
                 */
                collecting: string;
                dimension: string;
                /**
                 * @description What the plan includes in the term; `unlimited`, or null until Microsoft reports it or an admin enters it.
                 * @example 1250.5
                 */
                included: string | null;
                /**
                 * @description Could not be sent within 24 hours.
                 * @example 1250.5
                 */
                lost: string;
                name: string;
                planId: string;
                unit: string | null;
                /**
                 * @description All usage of the term.
                 * @example 1250.5
                 */
                used: string;
                /**
                 * @description To be billed: waiting to be sent, or for a decision or correction by staff.
                 * @example 1250.5
                 */
                waiting: string;
            }[];
            subscriptionId: string;
            term: {
                /** Format: date */
                endsOn: string;
                /** Format: date */
                startsOn: string;
            };
            /** @description The first days of all terms with usage, newest first. */
            terms: string[];
        };
        UsageBody: {
            events: components["schemas"]["UsageEvent"][];
        };
        UsageEvent: {
            /**
             * @description The ID of a metering dimension of the plan.
             * @example messages
             */
            dimension: string;
            /**
             * @description Your own ID of the event. Reporting it again changes nothing, so repeat a call whose response you lost.
             * @example call-7f3a
             */
            id: string;
            /** @description The offer's ID. Needed with `tenant`. */
            offer?: string;
            /**
             * @description A decimal number above 0, as text.
             * @example 12.5
             */
            quantity: string;
            /** @description Microsoft's ID of the subscription. */
            subscriptionId?: string;
            /**
             * Format: uuid
             * @description With `offer`, instead of `subscriptionId`: the beneficiary's Entra tenant.
             */
            tenant?: string;
            /**
             * Format: date-time
             * @description When the usage happened. Microsoft accepts usage for 24 hours.
             * @example 2026-11-25T14:03:00Z
             */
            time: string;
        };
        UsageReceipt: {
            /** @description One for each event, in the order of the call. */
            results: {
                /** @description The status code that a call with only this event would get. */
                code: 200 | 400 | 409 | 422;
                /** @description Why the event is not billed, for people; null if it is. */
                detail: string | null;
                /** @description The event's ID; null if it could not be read. */
                id: string | null;
                /**
                 * @description `stored`: new. `repeated`: it was stored before, and nothing changed. `lost`: stored, but too old to be billed. `conflict`: the ID was used for other usage. `refused`: it cannot be billed. The last two are not stored.
                 * @enum {string}
                 */
                status: "stored" | "repeated" | "lost" | "conflict" | "refused";
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listChanges: {
        parameters: {
            query?: {
                /** @description The `next` of the previous response. Omitted: from the first event. `latest`: no events, only the current end of the feed. */
                after?: string;
                /** @description The maximum number of rows. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next changes; an empty list if nothing has happened. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangePage"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Events after this cursor are no longer stored, or Marketdesk was restored from an older backup. Start again with `after=latest` and all subscriptions. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntitlements: {
        parameters: {
            query: {
                /** @description Only this offer. */
                offer?: string;
                /** @description The customer's Entra tenant: the claim `tid` of the person who signed in. */
                tenant: string;
                /** @description The person's object ID: the claim `oid`. Required for personal accounts, which all share one tenant: only subscriptions with this beneficiary are returned. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entitlements; an empty list if there are none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Entitlements"];
                };
            };
            /** @description Unchanged since the response with the `ETag` that `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getEntitlementToken: {
        parameters: {
            query: {
                /** @description The claim `aud`: the system that checks the token, which must refuse tokens for others. */
                audience: string;
                /** @description Only this offer. */
                offer?: string;
                /** @description The customer's Entra tenant: the claim `tid` of the person who signed in. */
                tenant: string;
                /** @description The person's object ID: the claim `oid`. Required for personal accounts, which all share one tenant: only subscriptions with this beneficiary are returned. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token and when it expires. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntitlementToken"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    useHandoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The claim `jti` of the handoff. */
                jti: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The handoff had not been used before. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The handoff was already used. Do not sign the person in. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no operation with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPlannedChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The planned change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedChange"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no planned change with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelPlannedChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Canceled. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedChange"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no planned change with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now; the response says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateSigningKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateSigningKeyBody"];
            };
        };
        responses: {
            /** @description Another key signs from now on. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now; the response says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                /** @description The `next` of the previous page. */
                cursor?: string;
                /** @description The purchaser's or the beneficiary's address. */
                email?: string;
                /** @description The maximum number of rows. */
                limit?: number;
                /** @description The purchaser's or the beneficiary's object ID, which is unique only together with `tenant`. */
                objectId?: string;
                /** @description The offer's ID. */
                offer?: string;
                /** @description The plan's ID; plan IDs are unique only within an offer. */
                plan?: string;
                status?: "PendingFulfillmentStart" | "Subscribed" | "Suspended" | "Unsubscribed";
                /** @description The Entra tenant of the purchaser or the beneficiary. */
                tenant?: string;
                /** @description Changed at this instant or later. */
                updatedSince?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionPage"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description Unchanged since the response with the `ETag` that `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    activateSubscription: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePlan: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePlanBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeQuantity: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeQuantityBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmProvisioning: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmationBody"];
            };
        };
        responses: {
            /** @description The subscription, with the confirmation and any differences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The offer does not have this plan; the response lists its plans. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holdSubscription: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    liftHold: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlannedChanges: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The planned changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedChangeList"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    planChange: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanChangeBody"];
            };
        };
        responses: {
            /** @description Planned. */
            201: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlannedChange"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible, already planned for this day, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestCancellation: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random value for each command. Send the same value to repeat a call: the command is carried out once, and for 24 hours a repeated call gets the first response. */
                "idempotency-key": string;
            };
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonBody"];
            };
        };
        responses: {
            /** @description Requested. Follow the operation at `Location`. */
            202: {
                headers: {
                    /** @description `true` if this is the response of an earlier call with the same key. */
                    "Idempotent-Replayed"?: string;
                    /** @description The address of the operation. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Not possible now, or a call with the same Idempotency-Key is in progress (`in-progress`). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 16 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key was used for another call. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Microsoft could not be reached. Repeat the call with the same Idempotency-Key. */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /** @description The first day of a term. Omitted: the current term. */
                term?: string;
            };
            header?: never;
            path: {
                /** @description Microsoft's ID of the subscription. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The usage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no subscription with this ID. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportUsage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsageBody"];
            };
        };
        responses: {
            /** @description A result for each event. Events can be refused although the response is 200. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReceipt"];
                };
            };
            /** @description The request is not valid; the response says what is wrong. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key is missing, unknown, revoked or expired. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The key does not have the scope that the call needs; the response names it. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 240 kB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not sent as `application/json`. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many calls. Wait for the time in `Retry-After`. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk had an internal error. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Marketdesk is not available. Wait for the time in `Retry-After`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
