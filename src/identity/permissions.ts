import type { staffRoles } from '../db/schema.ts'

export type StaffRole = (typeof staffRoles)[number]
/** What staff may be allowed to do, in the order a person reads it. */
export const allPermissions = [
  'patients',
  'invitations',
  'appointments',
  'messages',
  'desk-messages',
  'labs',
  'view-as',
  'staff',
  'settings',
  'integrations',
  'audit',
] as const
export type Permission = (typeof allPermissions)[number]

/**
 * Who on the staff may do what (product.md section 8). `messages` is every conversation, and to begin one;
 * `desk-messages` is to answer those in the queues that the practice gives to the front desk, and to see no other;
 * `view-as` is to look at a record as its patient sees it, which is all of it, and to write nothing there.
 */
const permissions: Record<StaffRole, readonly Permission[]> = {
  'front-desk': ['patients', 'invitations', 'appointments', 'desk-messages'],
  clinical: ['messages', 'desk-messages', 'labs', 'view-as'],
  admin: allPermissions,
  auditor: ['audit'],
}

export const may = (role: StaffRole | null, permission: Permission) =>
  role !== null && permissions[role].includes(permission)
