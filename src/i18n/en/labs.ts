export const labs = {}
