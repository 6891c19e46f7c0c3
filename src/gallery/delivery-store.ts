/** An event that is to be sent somewhere. */
export interface NewDelivery {
  readonly id: string
  /** Where to, by its name. */
  readonly output: string
  readonly camera: string
  /** Whom it is about; it is not sent any more once they are deleted. */
  readonly subjectId: string | null
  readonly visitId: string | null
  /** JSON. */
  readonly body: string
}

/** An event that waits. */
export interface Delivery extends NewDelivery {
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** Events that are still to be sent: what is in here is tried again after a crash. They are in no backup. */
export interface DeliveryStore {
  add(deliveries: readonly NewDelivery[]): Promise<void>
  /** Those of an output, oldest first. */
  waiting(output: string, limit: number): Promise<Delivery[]>
  remove(id: string): Promise<void>
  /** Gives up those that have waited since before a time: of an output, or with null of all. @returns How many. */
  expire(output: string | null, before: string): Promise<number>
}
