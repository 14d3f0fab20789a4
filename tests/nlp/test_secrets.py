from pathlib import Path
from nlp.secrets import secrets_in, masked
rows=[]
for l in (Path(__file__).parent/"secrets.tsv").read_text(encoding="utf-8").splitlines():
    lang,kinds,t=l.split("\t"); t=t.replace("¬","").replace("\\n","\n")
    ks=[] if kinds=="-" else kinds.split()
    out="";want=[]
    for ch in t:
        if ch=="⟦": s=len(out)
        elif ch=="⟧": want.append((ks[len(want)],s,len(out)))
        else: out+=ch
    rows.append((out,want))
if __name__=="__main__":
    tp=fp=fn=0
    for t,w in rows:
        got={(s.kind,s.start,s.end) for s in secrets_in(t)}; w=set(w)
        tp+=len(got&w);fp+=len(got-w);fn+=len(w-got)
        if got!=w: print(repr(t),"\n   MISS",[(k,t[a:b]) for k,a,b in w-got],"EXTRA",[(k,t[a:b]) for k,a,b in got-w])
        assert masked(masked(t))==masked(t)
    print(tp,fp,fn, tp/(tp+fp), tp/(tp+fn))
