import { version } from '../../base/version.js'

/** MQTT topics of a camera. */
export interface CameraTopics {
  /** Every event, as JSON. */
  readonly event: string
  /** Presence as JSON: `{"people": 2, "known": ["Anna"], "unknown": 1, "last": "Anna"}`; retained. */
  readonly state: string
  /** `online` or `offline`; retained. */
  readonly available: string
  /** Best face of the last visit, JPEG; retained. */
  readonly image: string
}

/** A discovery message that announces an entity to Home Assistant. */
export interface Discovery {
  readonly topic: string
  readonly payload: object
}

/**
 * Discovery messages of Home Assistant's MQTT integration for a camera: a device with a presence count, occupancy, stranger
 * occupancy, events, and optionally the last face (home-assistant.io/integrations/mqtt/#mqtt-discovery).
 *
 * @param prefix - Discovery prefix of Home Assistant; `homeassistant` unless configured otherwise.
 */
export function discoveryOf(
  camera: string,
  topics: CameraTopics,
  {
    prefix,
    id,
    status,
    images,
  }: {
    readonly prefix: string
    /** Id of the camera, in the characters that ids allow. */
    readonly id: string
    /** Topic with the status of the agnize process. */
    readonly status: string
    readonly images: boolean
  },
): Discovery[] {
  const shared = {
    device: {
      identifiers: [`agnize_${id}`],
      name: `agnize ${camera}`,
      manufacturer: 'agnize',
      sw_version: version,
    },
    origin: { name: 'agnize', sw_version: version },
    availability_mode: 'all',
    availability: [{ topic: status }, { topic: topics.available }],
  }
  const entity = (component: string, name: string, what: string, more: object): Discovery => ({
    topic: `${prefix}/${component}/agnize_${id}/${what}/config`,
    payload: { ...shared, name, unique_id: `agnize_${id}_${what}`, ...more },
  })
  return [
    entity('sensor', 'Person', 'person', {
      state_topic: topics.state,
      value_template: '{{ value_json.last }}',
      json_attributes_topic: topics.state,
      icon: 'mdi:account',
    }),
    entity('sensor', 'People', 'people', {
      state_topic: topics.state,
      value_template: '{{ value_json.people }}',
      state_class: 'measurement',
      icon: 'mdi:account-group',
    }),
    entity('binary_sensor', 'Occupancy', 'occupancy', {
      state_topic: topics.state,
      value_template: "{{ 'ON' if value_json.people > 0 else 'OFF' }}",
      device_class: 'occupancy',
    }),
    entity('binary_sensor', 'Unknown person', 'unknown', {
      state_topic: topics.state,
      value_template: "{{ 'ON' if value_json.unknown > 0 else 'OFF' }}",
      icon: 'mdi:account-question',
    }),
    entity('event', 'Visit', 'visit', {
      state_topic: topics.event,
      event_types: ['came', 'recognized', 'went', 'greeting', 'attack', 'online', 'offline'],
      icon: 'mdi:door',
    }),
    ...(images
      ? [
          entity('image', 'Last face', 'face', {
            image_topic: topics.image,
            content_type: 'image/jpeg',
          }),
        ]
      : []),
  ]
}
