/* cspell:disable */
import type { MailTexts } from "./mail-texts.ts";

export const ja: MailTexts = {
  labels: {
    subscription: "サブスクリプション",
    plan: "プラン",
    seats: "シート数",
    supportCode: "サポート コード",
    open: "{plan} を開く",
    manage: "サブスクリプションを表示",
    contact: "サポートに連絡",
    footer: "このメールは、このサブスクリプションの購入者または連絡先の方にお送りしています。",
  },
  visit: {
    subject: "Microsoft から応答がありました: 購入手続きを続けてください",
    body: "購入ページを開かれたとき、Microsoft から応答がありませんでした。現在は応答しており、購入内容に問題はありません。同じアカウントでサインインして続けてください。",
    button: "購入手続きを続ける",
    footer: "購入ページでご依頼いただいたため、このメールをお送りしています。",
  },
  mails: {
    received: {
      subject: "{plan} のご購入を承りました",
      body: "{name} 様\n\n{plan} をご購入いただきありがとうございます。現在準備を進めています。ご利用いただけるようになりましたら、改めてメールでお知らせします。",
    },
    waiting: {
      subject: "{plan} を準備しています",
      body: "{name} 様\n\n{plan} のご購入の確認が完了しました。現在準備を進めており、有効になるまで Microsoft からの請求はありません。お手続きは以上です。準備ができましたらメールでお知らせします。",
    },
    active: {
      subject: "{plan} が有効になりました",
      body: "{name} 様\n\nサブスクリプション {subscription} が有効になりました。すぐにご利用いただけます。",
    },
    failed: {
      subject: "{plan} を有効にできませんでした",
      body: "{name} 様\n\n{plan} のご購入を有効にできませんでした。Microsoft からの請求はありません。担当者が対応しています。連絡がない場合は、下記のサポート コードを添えてお問い合わせください。",
    },
    payment_failed: {
      subject: "お支払いが完了しなかったため {plan} は停止中です",
      body: "{name} 様\n\nMicrosoft がサブスクリプション {subscription} のお支払いを処理できなかったため、停止されました。Azure portal または Microsoft 365 管理センターで、課金アカウントの支払い方法をご確認ください。お支払いが完了すると自動的に再開します。完了しない場合、30 日後に Microsoft がサブスクリプションをキャンセルします。",
    },
    lapsing: {
      subject: "{plan} はまもなく終了します",
      body: "{name} 様\n\nお手続きがない場合、サブスクリプション {subscription} は {deadline} に Microsoft により終了します。お支払いが完了していない場合は、Azure portal または Microsoft 365 管理センターで課金アカウントの支払い方法をご確認ください。ご購入の確認がまだの場合は、下のリンクから確認してください。",
    },
    trial_ends: {
      subject: "{plan} の試用期間は {deadline} に終了します",
      body: "{name} 様\n\nサブスクリプション {subscription} の無料試用期間は {deadline} に終了します。自動更新が有効な場合は、その時点で有料のサブスクリプションになります。無効な場合は、サブスクリプションが終了します。自動更新の設定は、Azure portal または Microsoft 365 管理センターで確認できます。ご不明な点がございましたら、それまでにお問い合わせください。",
    },
    term_ends: {
      subject: "{plan} の契約期間は {deadline} に終了します",
      body: "{name} 様\n\nサブスクリプション {subscription} の契約期間は {deadline} に終了します。自動更新が有効な場合は、Microsoft によって更新されます。無効な場合は、サブスクリプションが終了し、ご利用いただけなくなります。自動更新の設定は、Azure portal または Microsoft 365 管理センターで確認できます。",
    },
  },
};
