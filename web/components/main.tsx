import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ShownKey } from '../src/parts/shown-key.js'
import { Toasts } from '../src/parts/toasts.js'
import { LeaveDialog } from '../src/parts/unsaved.js'
import { SessionProvider } from '../src/session.js'
import { LanguageProvider } from '../src/texts/index.js'
import { knownAnswers } from './answers.js'
import { ComponentsPage } from './components-page.js'
import '../src/styles.css'
import './components.css'

// No server is asked: what the components would ask for is known.
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
})
for (const [key, answer] of knownAnswers) {
  queries.setQueryData(key, answer, { updatedAt: Date.parse('9999-01-01') })
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <SessionProvider failed={null}>
          <ComponentsPage />
          <Toasts />
          <ShownKey />
          <LeaveDialog />
        </SessionProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
)
