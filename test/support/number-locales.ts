/** Points, commas, spaces, narrow spaces, apostrophes, groups of two, digits of ten scripts, signs with direction marks. */
export const numberLocales =
  "en en-GB en-IN en-ZA de de-AT de-CH de-LI fr fr-CH it es es-MX pt-BR pt-PT nl sv nb fi da pl cs hu ro uk bg el tr he ar-EG ar-SA fa ur hi-IN hi-IN-u-nu-deva mr-IN bn-BD ne-NP my-MM th-TH-u-nu-thai ta-IN-u-nu-tamldec zh zh-u-nu-hanidec zh-u-nu-fullwide ja ko vi id dz-BT km-u-nu-khmr ff-Adlm".split(
    " ",
  );
