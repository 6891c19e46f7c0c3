import { useState } from 'react'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'

/** A button that copies a text, and says so; nothing where the browser has no clipboard, as over plain HTTP. */
export function CopyButton({ text }: { readonly text: string }) {
  const { keys: own } = useTexts()
  const [copied, setCopied] = useState<string>()
  const { clipboard } = navigator as { clipboard?: Clipboard }
  if (!clipboard) return null
  return (
    <Button
      onPress={() =>
        void clipboard.writeText(text).then(
          () => setCopied(text),
          () => {},
        )
      }
    >
      {copied === text ? own.copied : own.copy}
    </Button>
  )
}
