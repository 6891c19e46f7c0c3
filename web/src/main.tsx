// First, so that the texts are on their way while the rest starts.
import './texts/load.js'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { App } from './app.js'
import { askBeforeLeaving, watchLeaving } from './parts/unsaved.js'
import { root } from './root.js'
import { watchForMissingFiles } from './stale-page.js'
import { ignoreStrayDrops } from './stray-drops.js'
import { LanguageProvider } from './texts/index.js'
import './styles.css'

watchForMissingFiles()
ignoreStrayDrops()
watchLeaving()

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 10_000, retry: 1 } },
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <Router base={root.pathname.replace(/\/$/, '')} aroundNav={askBeforeLeaving}>
          <App />
        </Router>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
)
