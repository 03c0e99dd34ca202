import { job, type HttpClient, type HttpResponse } from '#lib'
import type { Upload } from '#driveway'

/** A photo keeps the studio busy for so long, in milliseconds. */
export const pace = 30_000

/**
 * The studio. Half a minute after it was last free it asks `photos` for the next photo, and brings back the picture without the background;
 * or it rests for half a minute if there is nothing to do. It does not crash. When there is no response, or a 5xx, it asks again: three times at once, and then the next time it is free.
 *
 * @param turns how often it asks, before it closes for the day.
 */
export function studio(turns: number) {
  const working = job(
    'studio',
    async ({ http }) => {
      for (let turn = 1; turn <= turns; turn++) {
        await new Promise((resolve) => setTimeout(resolve, pace))
        await cutOutNext(http)
      }
    },
    { instances: 1 },
  )
  return { ...working, kind: 'third-party', crashes: false } as const
}

async function cutOutNext(http: HttpClient): Promise<void> {
  const next = await insist(() => http.get('http://photos/next'))
  if (next?.status !== 200) return
  const { photoId, file } = next.body as Upload
  await insist(() => http.put(`http://photos/cut-outs/${photoId}`, { cutOut: file.replace(/\.[^.]*$/, '.png') }))
}

/** The response; none when there was none or a 5xx three times in a row. */
async function insist(ask: () => Promise<HttpResponse>): Promise<HttpResponse | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    try {
      const response = await ask()
      if (response.status < 500) return response
    } catch {
      // Nobody knows whether it was heard.
    }
  }
  return undefined
}
