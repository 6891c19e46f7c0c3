/** An event to be delivered to an output. */
export interface NewDelivery {
  readonly id: string
  /** Name of the output. */
  readonly output: string
  readonly camera: string
  /** Id of the subject concerned; the event is dropped when the subject is deleted. */
  readonly subjectId: string | null
  readonly visitId: string | null
  /** The event as JSON. */
  readonly body: string
}

/** An event that is waiting for delivery. */
export interface Delivery extends NewDelivery {
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** Queue of undelivered events, which survives a crash. Backups do not contain it. */
export interface DeliveryStore {
  add(deliveries: readonly NewDelivery[]): Promise<void>
  /** Waiting events of an output, oldest first. */
  waiting(output: string, limit: number): Promise<Delivery[]>
  remove(id: string): Promise<void>
  /** Drops events that were queued before a time: an output's, or with null all. @returns How many. */
  expire(output: string | null, before: string): Promise<number>
}
