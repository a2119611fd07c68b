import type { staffRoles } from '../db/schema.ts'

export type StaffRole = (typeof staffRoles)[number]
export type Permission =
  | 'patients'
  | 'invitations'
  | 'appointments'
  | 'messages'
  | 'labs'
  | 'staff'
  | 'settings'
  | 'integrations'
  | 'audit'

/** Who on the staff may do what (product.md section 8). */
const permissions: Record<StaffRole, readonly Permission[]> = {
  'front-desk': ['patients', 'invitations', 'appointments'],
  clinical: ['messages', 'labs'],
  admin: [
    'patients',
    'invitations',
    'appointments',
    'messages',
    'labs',
    'staff',
    'settings',
    'integrations',
    'audit',
  ],
  auditor: ['audit'],
}

export const may = (role: StaffRole | null, permission: Permission) =>
  role !== null && permissions[role].includes(permission)
