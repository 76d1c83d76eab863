// The page's own words: what stands around the chats, never in them. What the bot says comes from the bot.
// They are here and not in the bot's catalogues, because the bot does not know that it is on a page.

const WORDS = {
  zh: {
    title: "GridCare 演示", where: "海关社区 · 全在这台电脑上", language: "English", speed: "时钟",
    speed_hint: "演示的时间走多快", leap: "下一件事", leap_hint: "跳到小助手下一次有事要做的时候", leap_came: "{when} · 到点了", leap_nothing: "暂时没有要等的事", leap_quiet: "{when} · 没有新消息",
    skip: "跳到对话", phones: "手机和群", more: "更多：速度、主题、语言", theme_dark: "换成深色", theme_light: "换成浅色", messages_of: "{name}的对话",
    timeline: "这一天的时间轴：往回拖是回看，往前拖是快进", to_now: "回到现在", to_now_here: "回到现在，接着写", past_note: "你在看 {at} 的样子",
    day_hurries: "快进到 {at} …", day_hurries_why: "没有跳过什么：每一步都是真的小助手在做，只是不停下来等人看。",
    at_speed: "时钟 {speed}×", loading: "正在打开…", lost: "连接断了，正在重连…",
    role_grid: "工作群 · {count} 人", role_as: "您是{name} · {count} 人", role_private: "和小助手的私聊",
    who_20001: "骑手 · 和小助手的私聊", who_20002: "网格员", who_20003: "网格员",
    who_20011: "81岁 · 3号楼", who_20013: "84岁 · 6号楼", who_20021: "王奶奶的儿子", who_20022: "刘奶奶的女儿",
    pane_courier: "小马的手机", pane_elder: "王奶奶的手机", pane_family: "李强的手机（儿子）", pane_grid: "第三网格工作群", pane_worker: "李娟的手机", pane_community: "海关社区工作群", pane_street: "银滩路街道",
    tab_courier: "小马", tab_elder: "王奶奶", tab_family: "儿子", tab_grid: "网格群", tab_worker: "李娟", tab_community: "社区群", tab_street: "街道群",
    news_here: "有新消息",
    day_play: "看一天", day_hint: "从早上 7:58 起，两三分钟看完一天；随时可以自己插手", day_pause: "暂停", day_go_on: "继续", day_stop: "停下", day_again: "再看一遍",
    day_setting: "新的一天，从早上 7:58 开始…", day_left_out: "这里少了一步：没找到“{what}”", day_joined: "您动过手了：上面说的是原来的安排，以手机上的为准。", day_paused: "已暂停，时钟归您管；想看就点“继续”。", day_of: "第 {step} 幕，共 {steps} 幕",
    acting_as: "您现在是", as_person: "{name}", as_private: "私聊", group_chat: "群聊",
    hello_courier: "您是骑手小马", hint: "点一张样例照片，看看会发生什么", hint_button: "发一张井盖的照片",
    hint_own: "也可以上传自己的照片，或者打一句话。",
    empty_grid: "骑手报的事，老人没报的平安，都会到这里来。", empty_grid_more: "您可以换着当李娟或赵敏。",
    empty_worker: "要上门看谁、住哪、电话多少，只私下发给接手的网格员，就在这里。",
    empty_elder: "小助手每天早上在这里问声好。", empty_family: "老人没报平安，或者按了 🆘，家里人在这里第一时间知道。",
    empty_community: "网格里没办完的事，才会到社区群。", empty_community_private: "邻里纠纷等不便在群里说的事，在这里找王主任。",
    empty_street: "社区也没人接的事，才会到街道。", empty_street_private: "小助手私下和孙丽说的话在这里。",
    write: "写一句话…", write_caption: "说明（可不写）…", send: "发送", attach: "发照片或位置", samples: "样例照片：看到的", samples_done: "样例照片：处理后的",
    upload: "上传照片", location: "发送位置", drop: "松手，照片就放进来", keys: "显示按键", remove: "去掉", cancel: "取消", ok: "好", close: "关闭",
    replying: "回复 {name}", reply: "回复", edited: "已编辑", silent: "静音发送", deleted: "已删除的消息", typing: "正在输入…", pinned: "已置顶",
    photo: "照片", place: "位置", video: "视频", voice: "语音", newer: "{count} 条新消息", to_end: "到最新", send_voice: "发一段语音（样例）", play: "播放", stop_playing: "停止播放",
    sample_manhole: "井盖坏了", sample_stairwell: "楼道堵了", sample_lamp: "路灯不亮", sample_flyers: "小广告",
    sample_manhole_done: "新井盖", sample_stairwell_done: "楼道清了", sample_lamp_done: "路灯亮了", sample_flyers_done: "墙干净了",
    map_title: "{name}在哪里？", map_hint: "点地图上的一点，或者选一个地方。", map_send: "发送这个位置", map_none: "还没选地方", map_here: "地图上的一点",
    step_1: "在小马的手机上，点一张样例照片", step_2: "选一下是什么问题、在哪里", step_3: "在网格群里点“我来处理”", step_4: "点“办结”，再用 📎 发一张处理后的照片",
    step_5: "小马半分钟后收到结果（等不及就点 ⏭）", step_6: "小马收到了结果和照片。再报一件试试？", step_of: "第 {step} 步，共 5 步", start: "开始",
    alert_from: "小助手", waiting: "等小助手回应…", no_answer: "小助手没有回应", message_gone: "这条消息已经没有了",
    error_not_a_picture: "这个文件不是照片", error_too_large: "照片太大了", error_too_many_photos: "一次最多 10 张", error_button_gone: "按钮已经变了，请看最新的消息",
    error_not_there: "现在不能这样做", error_network: "没有发出去，请再试一次", error_no_bot: "小助手现在没在运行", error_other: "没有成功：{detail}",
    service_joined: "{names} 进群了", service_left: "{names} 离开了群", service_pinned: "置顶了一条消息", service_title: "群名改为“{names}”", service_other: "群里有变化",
    today: "{month}月{day}日", map_word: "地图", community: "海关社区", open_photo: "看大图",
  },
  en: {
    title: "GridCare demo", where: "Haiguan community · all on this computer", language: "中文", speed: "Clock",
    speed_hint: "How fast the demo's time runs", leap: "Next", leap_hint: "Go to the next moment at which the bot has something to do", leap_came: "{when} · it is time", leap_nothing: "Nothing is waited for now", leap_quiet: "{when} · nothing new",
    skip: "Skip to the chats", phones: "Phones and groups", more: "More: speed, theme, language", theme_dark: "Switch to dark", theme_light: "Switch to light", messages_of: "Chat of {name}",
    timeline: "Timeline of the day: drag back to look, forward to hurry on", to_now: "Back to now", to_now_here: "Back to now, to write", past_note: "You are looking at {at}",
    day_hurries: "On to {at} …", day_hurries_why: "Nothing is skipped: the real bot does every step, only nobody waits for you to read.",
    at_speed: "clock {speed}×", loading: "Opening …", lost: "Connection lost, trying again …",
    role_grid: "Group of {count}", role_as: "As {name}", role_private: "With the bot",
    who_20001: "Courier · private chat with the bot", who_20002: "Worker", who_20003: "Worker",
    who_20011: "81 · house 3", who_20013: "84 · house 6", who_20021: "Son of 王奶奶", who_20022: "Daughter of 刘奶奶",
    pane_courier: "小马's phone (courier)", pane_elder: "王奶奶's phone (elder)", pane_family: "李强's phone (her son)", pane_grid: "Third grid's group", pane_worker: "李娟's phone (worker)", pane_community: "Community's group", pane_street: "Subdistrict's group",
    tab_courier: "小马", tab_elder: "王奶奶", tab_family: "Her son", tab_grid: "Grid", tab_worker: "李娟", tab_community: "Community", tab_street: "Street",
    news_here: "something new",
    day_play: "Watch a day", day_hint: "A day in two or three minutes, from 07:58; step in whenever you like", day_pause: "Pause", day_go_on: "Go on", day_stop: "Stop", day_again: "Watch again",
    day_setting: "A new day, from 07:58 …", day_left_out: "A step is missing here: no “{what}” was found", day_joined: "You have stepped in: this tells of the day as it was planned; the phones tell what is so.", day_paused: "Paused. The clock is yours; go on when you like.", day_of: "Scene {step} of {steps}",
    acting_as: "You are", as_person: "{name}", as_private: "DM", group_chat: "Group",
    hello_courier: "You are 小马, a courier", hint: "Tap a sample photo and see what happens", hint_button: "Send the manhole photo",
    hint_own: "Or upload a photo of your own, or write a sentence.",
    empty_grid: "What couriers report and which elder stays silent comes here.", empty_grid_more: "Switch between 李娟 and 赵敏 as you like.",
    empty_worker: "Whom to visit, where and by what phone comes here: only to the worker who took it.",
    empty_elder: "The bot says good morning here.", empty_family: "When she is silent, or presses 🆘, her family hears of it here first.",
    empty_community: "Only what no grid has settled comes to the community.", empty_community_private: "Quarrels and the like come to 王主任 in private.",
    empty_street: "Only what nobody in the community takes comes to the subdistrict.", empty_street_private: "What the bot tells 孙丽 in private.",
    write: "Message …", write_caption: "Caption (optional) …", send: "Send", attach: "Send a photo or a place", samples: "Samples: what you see", samples_done: "Samples: once it is mended",
    upload: "Upload photos", location: "Send a place", drop: "Drop the photos here", keys: "Show the keys", remove: "Remove", cancel: "Cancel", ok: "OK", close: "Close",
    replying: "Reply to {name}", reply: "Reply", edited: "edited", silent: "sent without sound", deleted: "deleted message", typing: "typing …", pinned: "pinned",
    photo: "Photo", place: "Place", video: "Video", voice: "Voice message", newer: "{count} new", to_end: "To the newest", send_voice: "Send a sample voice message", play: "Play", stop_playing: "Stop",
    sample_manhole: "Broken manhole", sample_stairwell: "Blocked stairs", sample_lamp: "Lamp is out", sample_flyers: "Flyers",
    sample_manhole_done: "New cover", sample_stairwell_done: "Stairs are free", sample_lamp_done: "Lamp is lit", sample_flyers_done: "Clean wall",
    map_title: "Where is {name}?", map_hint: "Click a point of the map, or choose a place.", map_send: "Send this place", map_none: "Nothing chosen yet", map_here: "A point on the map",
    step_1: "On 小马's phone, tap a sample photo", step_2: "Say what it is and where", step_3: "In the grid's group, press 我来处理 (I take it)", step_4: "Press 办结 (done), then send an after-photo with 📎",
    step_5: "小马 hears of it in half a minute (or press ⏭)", step_6: "小马 has the news and the photo. Report another?", step_of: "Step {step} of 5", start: "Start",
    alert_from: "The bot", waiting: "Waiting for the bot …", no_answer: "The bot did not answer", message_gone: "That message is gone",
    error_not_a_picture: "That file is no photo", error_too_large: "The photo is too large", error_too_many_photos: "10 photos at most", error_button_gone: "That button has changed, look at the newest message",
    error_not_there: "That cannot be done now", error_network: "Not sent, please try again", error_no_bot: "The bot is not running now", error_other: "That failed: {detail}",
    service_joined: "{names} joined", service_left: "{names} left", service_pinned: "pinned a message", service_title: "Group renamed “{names}”", service_other: "Something changed in the group",
    today: "{day}/{month}", map_word: "Map", community: "Haiguan community", open_photo: "Look at the photo",
  },
};

const KEPT = "gridcare.language";
let language = new URLSearchParams(location.search).get("lang") || localStorage.getItem(KEPT) || "zh";
if (!(language in WORDS)) language = "zh";

/** A sentence of the page in the visitor's language, with `{blanks}` filled. */
export function say(key, blanks = {}) {
  const words = WORDS[language][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "");
}

/** Words of another part of the page, kept beside it: `{ zh: {…}, en: {…} }`. */
export function addWords(more) {
  for (const [one, words] of Object.entries(more)) Object.assign(WORDS[one], words);
}

/** Is there a sentence of that key. */
export function known(key) {
  return key in WORDS[language];
}

export function currentLanguage() {
  return language;
}

/** The other language from now on. */
export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem(KEPT, language);
}
