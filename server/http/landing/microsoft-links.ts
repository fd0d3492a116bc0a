/** Microsoft's pages where purchasers buy and manage subscriptions. */
export const azurePortal = "https://portal.azure.com/#browse/Microsoft.SaaS%2Fresources";
export const microsoft365 = "https://admin.microsoft.com/Adminportal/Home#/subscriptions";
export const marketplace = "https://marketplace.microsoft.com/";
