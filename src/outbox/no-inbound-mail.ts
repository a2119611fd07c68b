/** Stands in for postal-mime, which the resend client brings along to parse inbound mail: the portal receives none. */
export default {}
