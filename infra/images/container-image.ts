import { testImage } from './test-image.ts';

/** Which image containers are made from. One that an operator names is used as it is: it is not made here. */
export async function containerImage({ image, claudeVersion }: { image: string | null; claudeVersion: string | null }) {
  if (image === 'test') return testImage();
  return {
    name: image ?? 'panager-run:latest',
    steps: [],
    wanted: { node: 'any', git: 'any', claude: claudeVersion ?? 'any' },
  };
}
