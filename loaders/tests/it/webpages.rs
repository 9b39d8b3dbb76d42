//! What a web page says, whatever it was made with, and not how one gets around on its site.

use loaders::document::text::extract;

const SENTENCE: &str =
    "Graduates lead with empathy, think across disciplines, and show what they know in capstone projects. ";
const MENU: &str = r#"<ul class="channels"><li><a href="/">Home</a></li><li><a href="/board">Board of Education</a></li>
    <li><a href="/lunch">Lunch Menus</a></li><li><a href="/graduate">Portrait of a Graduate</a></li><li><a href="/jobs">Jobs</a></li></ul>"#;
const FOOT: &str =
    r##"<div id="gb-footer"><p>123 Main Street</p><a href="#">Privacy</a> <a href="#">Site Map</a></div>"##;

fn read(body: &str) -> String {
    extract(format!("<html><head><title>Plan</title></head><body>{body}</body></html>").as_bytes()).unwrap().text
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_page_that_is_one_form_is_read_without_its_menus() {
    let page = format!(
        r#"<form id="aspnetForm">{MENU}<div class="article"><h1>Strategic Plan</h1><p>Our mission is to prepare every learner.</p>
        <ul><li>Every child reads by grade three</li><li>Safe and welcoming schools</li></ul></div>{FOOT}<select><option>Lincoln School</option></select></form>"#
    );
    let expected = [
        "Strategic Plan",
        "Our mission is to prepare every learner.",
        "Every child reads by grade three",
        "Safe and welcoming schools",
    ];
    assert_eq!(lines(&read(&page)), expected);
}

#[test]
fn a_page_laid_out_by_a_table_keeps_its_content_and_the_cells_of_its_tables_apart() {
    let paragraph = "This year our district begins the work of a new plan, and every school will take part in the sessions of the community compass. ".repeat(2);
    let page = format!(
        "<table><tr><td>{MENU}</td><td><h2>Welcome</h2><p>{paragraph}</p><p>{paragraph}</p>
        <table><tr><th>Date</th><th>Meeting</th></tr><tr><td>March 3</td><td>Lincoln School</td></tr></table></td></tr></table>{FOOT}"
    );
    let text = read(&page);
    assert!(
        text.contains("Welcome") && text.contains("Date Meeting\n") && text.contains("March 3 Lincoln School"),
        "{text}"
    );
    assert!(!text.contains("Lunch Menus") && !text.contains("Site Map"), "{text}");
}

#[test]
fn cards_are_read_whole_and_the_heading_of_an_article_is_kept() {
    let cards: String = ["Thinker", "Collaborator", "Communicator", "Creator"]
        .map(|card| format!("<div class=card><h3>{card}</h3><p>What a {card} does well.</p></div>"))
        .concat();
    let page =
        format!("<div class=top>{MENU}</div><main><h1>Portrait of a Graduate</h1><section>{cards}</section></main>");
    let text = read(&page);
    assert!(text.starts_with("Portrait of a Graduate"), "{text}");
    assert!(["What a Thinker", "What a Creator"].iter().all(|words| text.contains(words)), "{text}");
    assert_eq!(text.matches("Portrait of a Graduate").count(), 1, "the menu's is none of the page's: {text}");
    let paragraph = SENTENCE.repeat(5);
    let article = format!(
        "<div>{MENU}</div><h1>Vision for Learning</h1><div class=entry><p>{paragraph}</p><p>{paragraph}</p></div><div>{MENU}</div>"
    );
    assert!(read(&article).starts_with("Vision for Learning"), "{}", read(&article));
}

#[test]
fn links_to_files_are_what_a_page_is_for() {
    let files: String = ["Strategic plan", "Technology plan", "Portrait of a graduate", "Facilities plan"]
        .map(|name| format!("<li><a href='/{}.pdf?v=1'>{name}</a></li>", name.len()))
        .concat();
    let text = read(&format!(
        "<nav>{MENU}</nav><div id=content><h1>Plans adopted by the board of trustees</h1><ul>{files}</ul></div>"
    ));
    assert!(text.contains("Portrait of a graduate") && !text.contains("Lunch"), "{text}");
}

#[test]
fn tabs_and_accordions_are_read_and_what_pops_up_is_not() {
    let panels = "<main><p>The plan for every school.</p><div style='display: none'>Our first goal</div><div role=tabpanel hidden>Our second goal</div>
        <div role=dialog>We use cookies</div></main>";
    assert_eq!(lines(&read(panels)), ["The plan for every school.", "Our first goal", "Our second goal"]);
    let paragraph = SENTENCE.repeat(4);
    let article = format!(
        "<div class=entry><p>{paragraph}</p><p>{paragraph}</p><div hidden><p>Exhibitions: {paragraph}</p></div></div><div>{MENU}</div>"
    );
    assert!(read(&article).contains("Exhibitions:"), "{}", read(&article));
    let late = format!("<html><body style='display:none'><p>{paragraph}</p></body></html>");
    assert!(extract(late.as_bytes()).unwrap().text.contains("Graduates lead"), "shown once its scripts have run");
}

#[test]
fn a_page_of_menus_alone_says_nothing_itself() {
    let page = format!("<html><body><div>{MENU}</div><div id=app></div></body></html>");
    assert_eq!(extract(page.as_bytes()).unwrap_err(), "it has no text");
}
