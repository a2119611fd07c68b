/** Where every mail of the portal comes from, and what people are told to look for (seed). */
export const senderAddress = 'noreply@carespaceportal.com'
