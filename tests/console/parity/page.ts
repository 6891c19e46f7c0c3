import { analyzeImage } from '../../../src/faces/analyze.js'
import { pixelsOf } from '../../../src/image/codec.web.js'
import './seen.js'
import { openNetworks } from '../../../web/src/recognize/networks.js'

const networks = openNetworks(2)

window.look = async (address) => {
  const blob = await (await fetch(address)).blob()
  const image = pixelsOf(await createImageBitmap(blob))
  const { faces } = await analyzeImage(image, await networks, {
    keep: false,
    maxFaces: 200,
  })
  return {
    width: image.width,
    height: image.height,
    faces: faces.map(({ box, quality, embedding }) => ({
      box,
      quality: quality.score,
      vector: [...embedding.vector],
    })),
  }
}
