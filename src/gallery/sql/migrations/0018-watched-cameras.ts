import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/** The cameras that programs watch, each as its program reported it last. */
export const watchedCameras = ({ types: { text, integer } }: Dialect): Migration => ({
  async up(db) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    await db.schema
      .createTable('watched_cameras')
      .addColumn('gallery_id', text, (column) =>
        column.notNull().references('galleries.id').onDelete('cascade'),
      )
      .addColumn('camera', text, required)
      .addColumn('watcher', text, required)
      .addColumn('state', text, required)
      .addColumn('since', text, required)
      .addColumn('frame_at', text)
      .addColumn('frames_per_minute', integer)
      .addColumn('error', text)
      .addColumn('heard_at', text, required)
      .addPrimaryKeyConstraint('watched_cameras_key', ['gallery_id', 'camera'])
      .execute()
  },
})
