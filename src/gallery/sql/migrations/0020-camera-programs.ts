import type { ColumnDefinitionBuilder, Migration } from 'kysely'
import type { Dialect } from './dialect.js'

/**
 * A row for each program that watches a camera, in place of one for the camera, so that two programs of one camera show. The rows are
 * not kept: programs report again within seconds.
 */
export const cameraPrograms = ({ types: { text, integer } }: Dialect): Migration => ({
  async up(db) {
    const required = (column: ColumnDefinitionBuilder) => column.notNull()
    await db.schema.dropTable('watched_cameras').execute()
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
      .addColumn('began_at', text, required)
      .addColumn('heard_at', text, required)
      .addPrimaryKeyConstraint('watched_cameras_key', ['gallery_id', 'camera', 'watcher'])
      .execute()
  },
})
