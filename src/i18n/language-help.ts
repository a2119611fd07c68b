type Offer = { language: string; say: (phone: string) => string; fromRight?: true }

/**
 * That help in a language costs nothing, said in that language: the fifteen that the notice of 45 CFR 92.11
 * needs in Arkansas, in the words of the federal model. All of them stand on one page, so they are in no dictionary.
 */
export const languageHelp: Offer[] = [
  {
    language: 'es',
    say: (phone) =>
      `ATENCIÓN: si habla español, tiene a su disposición servicios gratuitos de asistencia lingüística. Llame al ${phone}.`,
  },
  {
    language: 'vi',
    say: (phone) =>
      `CHÚ Ý: Nếu bạn nói Tiếng Việt, có các dịch vụ hỗ trợ ngôn ngữ miễn phí dành cho bạn. Gọi số ${phone}.`,
  },
  {
    language: 'mh',
    say: (phone) =>
      `LALE: Ñe kwōj kōnono Kajin Ṃajōḷ, kwomaroñ bōk jerbal in jipañ ilo kajin ṇe aṃ ejjeḷọk wōṇāān. Kaalọk ${phone}.`,
  },
  {
    language: 'zh-Hant',
    say: (phone) => `注意：如果您使用繁體中文，您可以免費獲得語言援助服務。請致電 ${phone}。`,
  },
  {
    language: 'lo',
    say: (phone) =>
      `ໂປດຊາບ: ຖ້າວ່າ ທ່ານເວົ້າພາສາ ລາວ, ການບໍລິການຊ່ວຍເຫຼືອດ້ານພາສາ, ໂດຍບໍ່ເສັຽຄ່າ, ແມ່ນມີພ້ອມໃຫ້ທ່ານ. ໂທຣ ${phone}.`,
  },
  {
    language: 'tl',
    say: (phone) =>
      `PAUNAWA: Kung nagsasalita ka ng Tagalog, maaari kang gumamit ng mga serbisyo ng tulong sa wika nang walang bayad. Tumawag sa ${phone}.`,
  },
  {
    language: 'ar',
    fromRight: true,
    say: (phone) =>
      `ملحوظة: إذا كنت تتحدث العربية، فإن خدمات المساعدة اللغوية تتوافر لك بالمجان. اتصل برقم ${phone}.`,
  },
  {
    language: 'de',
    say: (phone) =>
      `ACHTUNG: Wenn Sie Deutsch sprechen, stehen Ihnen kostenlos sprachliche Hilfsdienstleistungen zur Verfügung. Rufnummer: ${phone}.`,
  },
  {
    language: 'fr',
    say: (phone) =>
      `ATTENTION : Si vous parlez français, des services d’aide linguistique vous sont proposés gratuitement. Appelez le ${phone}.`,
  },
  {
    language: 'hmn',
    say: (phone) =>
      `LUS CEEV: Yog tias koj hais lus Hmoob, cov kev pab txog lus, muaj kev pab dawb rau koj. Hu rau ${phone}.`,
  },
  {
    language: 'ko',
    say: (phone) =>
      `주의: 한국어를 사용하시는 경우, 언어 지원 서비스를 무료로 이용하실 수 있습니다. ${phone} 번으로 전화해 주십시오.`,
  },
  {
    language: 'pt',
    say: (phone) =>
      `ATENÇÃO: Se fala português, encontram-se disponíveis serviços linguísticos, grátis. Ligue para ${phone}.`,
  },
  {
    language: 'ja',
    say: (phone) =>
      `注意事項：日本語を話される場合、無料の言語支援をご利用いただけます。${phone} まで、お電話にてご連絡ください。`,
  },
  {
    language: 'hi',
    say: (phone) =>
      `ध्यान दें: यदि आप हिंदी बोलते हैं तो आपके लिए मुफ्त में भाषा सहायता सेवाएं उपलब्ध हैं। ${phone} पर कॉल करें।`,
  },
  {
    language: 'gu',
    say: (phone) =>
      `સુચના: જો તમે ગુજરાતી બોલતા હો, તો નિ:શુલ્ક ભાષા સહાય સેવાઓ તમારા માટે ઉપલબ્ધ છે. ફોન કરો ${phone}.`,
  },
]
