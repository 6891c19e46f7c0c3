import { version } from '../../base/version.js'

/** Topics of a camera. */
export interface CameraTopics {
  /** Every event, as JSON. */
  readonly event: string
  /** JSON of who is there: `{"people": 2, "known": ["Anna"], "unknown": 1, "last": "Anna"}`; retained. */
  readonly state: string
  /** `online` or `offline`; retained. */
  readonly available: string
  /** The last best face, JPEG; retained. */
  readonly image: string
}

/** A message that tells Home Assistant of an entity. */
export interface Discovery {
  readonly topic: string
  readonly payload: object
}

/**
 * What Home Assistant's MQTT discovery is told of a camera: a device with who is there, whether somebody is, whether somebody
 * unknown is, the events themselves, and where wanted the last face
 * (home-assistant.io/integrations/mqtt/#mqtt-discovery).
 *
 * @param prefix - Home Assistant's, `homeassistant` unless it was set otherwise.
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
    /** Of the camera, as ids may be. */
    readonly id: string
    /** Where it is told whether agnize runs. */
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
    entity('binary_sensor', 'Somebody unknown', 'unknown', {
      state_topic: topics.state,
      value_template: "{{ 'ON' if value_json.unknown > 0 else 'OFF' }}",
      icon: 'mdi:account-question',
    }),
    entity('event', 'Visit', 'visit', {
      state_topic: topics.event,
      event_types: ['came', 'recognized', 'went', 'greeting', 'online', 'offline'],
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
