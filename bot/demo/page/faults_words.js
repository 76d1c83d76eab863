// Words of the fault switch: what goes wrong, and which promise is kept.

import { addWords } from "./words.js";

addWords({
  zh: {
    faults_button: "出点事", faults_title: "让它出点事", faults_about: "都是真的断、真的停。看看什么还在。", faults_hint: "断网、断电、手机拉黑：看看什么还在",
    fault_line: "断网", fault_line_up: "通着", fault_line_down: "断着", fault_line_returning: "正在接回", fault_line_promise: "小助手和 Telegram 之间断开，两头都不通。断网的时间不算谁沉默；大家发的话，Telegram 替它留着。",
    fault_line_now: "断网了。断网期间不算谁沉默；大家照样能发，接通后一条不落。", fault_line_back: "网通了，小助手正在重连，时钟先停一停…",
    fault_power: "断电", fault_power_on: "开着", fault_power_off: "停了", fault_power_returning: "正在启动", fault_power_promise: "小助手当场停下，来不及收尾。再点一下从数据库重新开始：没办完的事、该提醒的、该上报的都接着走。",
    fault_power_now: "小助手停了。事情都在库里：一开机就接着提醒、接着上报。再点 🔌 开机。", fault_power_back: "小助手正在启动，从数据库里接着做…",
    fault_phone: "拉黑小助手的手机", fault_phone_open: "收得到", fault_phone_blocked: "收不到", fault_phone_promise: "老人的手机收不到，就请人去看；没送到的问候不算她沉默。家属或网格员收不到，事情照样有别人知道。",
    fault_phone_now: "{names}的手机收不到小助手的消息。没送到的问候不算沉默；该知道的事，别人照样知道。",
  },
  en: {
    faults_button: "Mishaps", faults_title: "Let something go wrong", faults_about: "It really breaks. See what holds.", faults_hint: "Network, power, a blocked phone: see what holds",
    fault_line: "Network", fault_line_up: "up", fault_line_down: "down", fault_line_returning: "returning", fault_line_promise: "Cut between the bot and Telegram, both ways. That time is nobody's silence, and Telegram keeps what people write.",
    fault_line_now: "The network is down. This time is nobody's silence; people go on writing, and nothing of it is lost.", fault_line_back: "The network is back; the bot reconnects, and the clock waits …",
    fault_power: "Power", fault_power_on: "on", fault_power_off: "off", fault_power_returning: "starting", fault_power_promise: "The bot dies at once, in the middle of whatever it does. Press again: it starts from its database, and every reminder and climb goes on.",
    fault_power_now: "The bot is dead. Everything is in its database: once started it reminds and climbs as if it had been there. Press 🔌 again.", fault_power_back: "The bot is starting from its database …",
    fault_phone: "Phones that block the bot", fault_phone_open: "open", fault_phone_blocked: "blocked", fault_phone_promise: "An elder whose phone takes nothing is looked after; a greeting that never came is not her silence. What a relative or worker does not get, others do.",
    fault_phone_now: "{names}: takes nothing from the bot. A greeting that never came is nobody's silence; what matters is told to others all the same.",
  },
});
