// The search of the site: the numbers are Sphinx's own, but what is known of the panel's API comes after what is said to users.
var Scorer = {
    score: ([docname, title, anchor, description, score]) => (docname.startsWith("panel/") ? score - 100 : score),
    objNameMatch: 11,
    objPartialMatch: 6,
    objPrio: { 0: 15, 1: 5, 2: -5 },
    objPrioDefault: 0,
    title: 15,
    partialTitle: 7,
    term: 5,
    partialTerm: 2,
};
