import { staffWords } from '../i18n/staff/words.ts'
import { labDesk } from '../labs/desk/routes.tsx'
import { deskReportFiles } from '../labs/files/routes.tsx'
import { announcements } from '../messages/announcements/routes.tsx'
import { messageCase } from '../messages/case/routes.tsx'
import { messageFigures } from '../messages/figures/routes.tsx'
import { deskMessageFiles } from '../messages/files/routes.tsx'
import { staffNotes } from '../messages/notes/routes.tsx'
import { messageQueue } from '../messages/queue/routes.tsx'
import { quickReplies } from '../messages/quick-replies/routes.tsx'
import { startingThreads } from '../messages/starting/routes.tsx'
import { messageWork } from '../messages/work-items/routes.tsx'
import { deskUsers } from '../patients/users/routes.tsx'
import { staffAccounts } from '../staff/accounts/routes.tsx'
import { staffAppointments } from '../staff/appointments/routes.tsx'
import { auditLog } from '../staff/audit/routes.tsx'
import { staffDashboard } from '../staff/dashboard/routes.tsx'
import { staffDetails } from '../staff/details/routes.tsx'
import { staffFeeds } from '../staff/feeds/routes.tsx'
import { staffHealth } from '../staff/health/routes.tsx'
import { invitationDesk } from '../staff/invitation-desk/routes.tsx'
import { invitationRounds } from '../staff/invitation-rounds/routes.tsx'
import { staffInvitations } from '../staff/invitations/routes.tsx'
import { staffLocks } from '../staff/locks/routes.tsx'
import { staffMail } from '../staff/mail/routes.tsx'
import { staffMerges } from '../staff/merges/routes.tsx'
import { staffPatient } from '../staff/patient/routes.tsx'
import { staffPatients } from '../staff/patients/routes.tsx'
import { practiceCategories } from '../staff/practice/categories/routes.tsx'
import { practiceHolidays } from '../staff/practice/holidays/routes.tsx'
import { practiceQueues } from '../staff/practice/queues/routes.tsx'
import { practiceSettings } from '../staff/practice/routes.tsx'
import { recipients } from '../staff/recipients/routes.tsx'
import { staffRosters } from '../staff/rosters/routes.tsx'
import { unmatchedDesk } from '../staff/unmatched/routes.tsx'
import { staffUploads } from '../staff/uploads/routes.tsx'
import { viewing } from '../staff/viewing/routes.tsx'
import type { Part } from './part.ts'

export const part: Part = {
  slices: [
    deskMessageFiles,
    deskReportFiles,
    deskUsers,
    announcements,
    messageQueue,
    messageFigures,
    startingThreads,
    messageCase,
    messageWork,
    staffNotes,
    quickReplies,
    recipients,
    staffDashboard,
    staffHealth,
    staffPatients,
    staffPatient,
    staffDetails,
    invitationDesk,
    invitationRounds,
    staffRosters,
    staffInvitations,
    practiceSettings,
    practiceHolidays,
    practiceCategories,
    practiceQueues,
    staffAccounts,
    staffAppointments,
    auditLog,
    staffLocks,
    staffMerges,
    viewing,
    staffMail,
    unmatchedDesk,
    staffUploads,
    staffFeeds,
    labDesk,
  ],
  words: staffWords,
}
