/** Of the principals of service tokens; no issuer of the configuration may be called so. */
export const serviceTokenIssuer = 'portcullis:service-tokens';
