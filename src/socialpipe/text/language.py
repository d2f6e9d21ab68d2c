"""Which language a text is in: by script, by function words, and by a model where these do not say.

Scripts and function words decide on whole articles in a millisecond; the model (py3langid 0.4, a
second of CPU to load) is asked about short or unusual texts only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from socialpipe.text.lexicon import LANGUAGES, lexicon

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SCRIPTS = (
    ("ko", re.compile("[가-힣]")),
    ("ja", re.compile("[ぁ-んァ-ヺ]")),
    ("th", re.compile("[ก-๛]")),
    ("hi", re.compile("[ऀ-ॿ]")),
    ("ar", re.compile("[ء-ي]")),
    ("zh", re.compile("[一-鿿]")),
    ("ru", re.compile("[А-яЁё]")),
    ("en", re.compile("[A-Za-zÀ-ɏẠ-ỹ]")),
)
_LATIN = ("en", "es", "pt", "fr", "de", "it", "id", "vi", "tr", "pl", "nl")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000  # code points looked at
# Characters that only one of the two Chinese orthographies uses, the frequent ones.
_HANS = frozenset(
    "这为来个们国说时对会发经学进种将还没从过里后见动长现开门问间关无车东书马师样点业头应两产农农务实电报场号认让记设语请读调谈变单战护爱亲义乐习买卖传价优众伤体余伟侨侧俩债倾偿储儿党兰兴养兽内军写农冲决况净减凤击创删别剂剑剧劝办务劳势区医协华卫厂厅历压厌县参双叙号叹后听启员响哑唤园围图团圆圣坏块坚坛垒处备复够头夹夺奋奖妆妇妈娱孙宁宝宠审宪宽宾寻导寿将尔尘尝层届属岁岛峡币帅师帐帘带帮干并广庄庆库庙废开异弃张弥弯弹强归录彻径忆忧怀态怜总恋恶悬惊惧惨惯愤愿战戏户扑执扩扫扬抚抢护报担拟拥择挂挥损换据掷携摄摆摇撑敌数斋断旧显晓晕术朴机杀权条枪栏树样档桥梦检楼欢残毁毕毙气汇汉沟沪泪泼洁浅测济浑浓涛润涨渊渐温湾湿满滤滥灭灯灵灾炉烂烟烦烧热爷牵牺状独狭猎献环玛琐电画畅疗疯痒瘫盐监盖盘着睁瞒矫矿码砖础硕确礼祸离种积称稳穷窃竖竞笔笼筑签简篮类粮紧红纤约级纪纯纱纲纳纵纷纸纹线练组细织终绍经结给络绝统绢继续绪维绵综绿缘编缩缴网罗罚置羡职联聪肃肠肤肾脏脑脚脱脸艺节芦苏苹范茎荐药莲获虑虚虫虽蚀补装规视览觉触订计认讨让训议讯记讲许论设访证评识词译试诗诚话诞询该详语误诱说请诸课谁调谈谊谋谓谜谢谨谱贝负财责败货质贩贪贫购贯贱贴贵贷贸费贺资赌赏赐赔赖赚赛赞赵趋跃践踪车轨转轮软轰轻载辆辈辉输辑辞边达迁过迈运还这进远违连迟适选逊递逻遗邓邮邻郑酱释里鉴针钉钓钟钢钱铁铃铜银铺链销锁锋错锦键镇镜长门闪闭问闲间闷闹闻阅阔队阳阴阵阶际陆陈险随隐难雾霉静韩页顶项顺须顾顿预领频题颜额风飞饥饭饮饰饱饼馆馒马驰驱驶驻驾验骑骗骤鱼鲁鲜鸟鸡鸣鸭鸿鹅鹰麦黄齐齿龄龙龟"
)
_HANT = frozenset(
    "這為來個們國說時對會發經學進種將還沒從過裡後見動長現開門問間關無車東書馬師樣點業頭應兩產農務實電報場號認讓記設語請讀調談變單戰護愛親義樂習買賣傳價優眾傷體餘偉側債償儲兒黨蘭興養內軍寫沖決況淨減擊創別劑劇勸辦勞勢區醫協華衛廠廳歷壓縣參雙聽啟員響園圍圖團圓聖壞塊堅處備復夠奪奮獎婦媽孫寧寶審憲寬尋導壽塵嘗層屬歲島幣帶幫並廣慶庫廢異棄張彌彎彈強歸錄徹徑憶憂懷態總戀惡懸驚慘慣憤願戲戶撲執擴掃揚搶擔擬擁擇掛揮損換據攜攝擺搖敵數斷舊顯曉術機殺權條槍欄樹檔橋夢檢樓歡殘氣匯漢溝潔淺測濟濃潤漲漸溫灣濕滿濾滅燈靈災爐爛煙煩燒熱爺牽狀獨狹獵獻環畫暢療瘋鹽監蓋盤瞞礦碼磚礎確禮禍離積稱穩窮競筆築簽簡籃類糧緊紅纖約級紀純綱納縱紛紙紋線練組細織終紹結給絡絕統繼續緒維綜綠緣編縮網羅罰職聯聰腸膚臟腦腳臉藝節蘇蘋範薦藥蓮獲慮虛蟲雖補裝規視覽覺觸訂計討訓議訊講許論訪證評識詞譯試詩誠話誕詢該詳誤課誰誼謀謂謎謝譜負財責敗貨質販貪貧購貫貼貴貸貿費賀資賭賞賠賴賺賽贊趙躍踐蹤軌轉輪軟輕載輛輩輝輸輯辭邊達遷邁運遠違連遲適選遞邏遺鄧郵鄰鄭醬釋鑑針鐘鋼錢鐵銅銀鋪鏈銷鎖鋒錯鍵鎮鏡閃閉閒聞閱闊隊陽陰陣階際陸陳險隨隱難霧靜韓頁頂項順須顧預領頻題顏額風飛飯飲飾飽餅館馳驅駛駐駕驗騎騙魚魯鮮鳥雞鳴鴨麥黃齊齒齡龍龜臺灣裏"
)


def detect(text: str, claim: str | None = None) -> str:
    """Return the language tag of a text, one of `LANGUAGES`, or "und" where there are no letters.

    `claim` is what the source says of itself; it decides where the text cannot.
    """
    sample = text[:_SAMPLE]
    counts = {tag: len(pattern.findall(sample)) for tag, pattern in _SCRIPTS}
    # A syllable or an ideograph says as much as two or three letters.
    counts["ko"] *= 3
    counts["zh"] *= 2
    counts["ja"] = (counts["ja"] * 3 + counts["zh"]) if counts["ja"] * 8 > counts["zh"] else 0
    best = max(counts, key=lambda tag: counts[tag])
    if not counts[best]:
        return normal(claim) or "und"
    tell: dict[str, Callable[[str, str | None], str]] = {"zh": chinese, "ru": cyrillic, "en": latin}
    return tell[best](sample, claim) if best in tell else best


def normal(tag: str | None) -> str | None:
    """Return a BCP 47 tag as one of `LANGUAGES`; None when it is none of them."""
    if not tag:
        return None
    lower = tag.strip().lower().replace("_", "-")
    if lower.startswith("zh"):
        traditional = any(part in {"hant", "tw", "hk", "mo"} for part in lower.split("-"))
        return "zh-Hant" if traditional else "zh-Hans"
    primary = lower.split("-")[0]
    primary = {"in": "id"}.get(primary, primary)
    return primary if primary in LANGUAGES else None


def chinese(sample: str, claim: str | None) -> str:
    """Which of the two orthographies."""
    traditional = sum(character in _HANT and character not in _HANS for character in sample)
    simplified = sum(character in _HANS and character not in _HANT for character in sample)
    if traditional == simplified and (normal(claim) or "").startswith("zh"):
        return normal(claim) or "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def cyrillic(sample: str, claim: str | None) -> str:
    """Ukrainian has letters that Russian lacks."""
    del claim
    own = len(re.findall("[іїєґІЇЄҐ]", sample))
    return "uk" if own * 50 > len(re.findall("[А-яЁё]", sample)) else "ru"


def latin(sample: str, claim: str | None) -> str:
    """By function words when they speak clearly, else what is claimed, else the model."""
    words = [word.lower() for word in _WORD.findall(sample)]
    counts = Counter(words)
    hits = {
        tag: sum(counts[word] for word in lexicon(tag).stopwords if word in counts)
        for tag in _LATIN
    }
    first, second = sorted(hits.values(), reverse=True)[:2]
    if len(words) >= 40 and first >= len(words) * 0.2 and first >= second * 1.4:
        return max(hits, key=lambda tag: hits[tag])
    return _model(sample) if len(words) >= 4 else normal(claim) or _model(sample)


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from socialpipe.text.identifier import load

    return load(_LATIN)


def _model(sample: str) -> str:
    tag, _ = _identifier().classify(sample)
    return str(tag)
