import { Command } from 'commander'
import { print } from './terminal.js'

/** `agnize openapi` */
export function openapiCommand(): Command {
  return new Command('openapi')
    .description("print the OpenAPI document of the server's API")
    .addHelpText('after', '\nExample:\n  $ agnize openapi > openapi.json')
    .action(async () => {
      const { openApi } = await import('../server/openapi.js')
      print(JSON.stringify(openApi(), null, 2))
    })
}
