//! The tables, as both databases have them. Kept true by `tests/it/migrations.rs`.

macro_rules! tables {
    ($($name:ident $key:tt { $($column:ident -> $type:ty,)* })*) => {$(
        diesel::table! {
            use diesel::sql_types::*;
            use crate::db::types::Instant;
            $name $key { $($column -> $type,)* }
        }
    )*};
}

tables! {
    people (id) {
        id -> Binary,
        name -> Text,
        email -> Text,
        email_key -> Text,
        email_verified_at -> Nullable<Instant>,
        password_hash -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        language -> Text,
        time_zone -> Text,
        totp_sealed -> Nullable<Binary>,
        totp_step -> BigInt,
        totp_at -> Nullable<Instant>,
        erased_at -> Nullable<Instant>,
        mail_stopped_at -> Nullable<Instant>,
        mail_stopped_why -> Nullable<Text>,
        soft_failures -> Integer,
        soft_failed_at -> Nullable<Instant>,
        email_set_at -> Nullable<Instant>,
        mail_resumed_at -> Nullable<Instant>,
    }
    passkeys (id) {
        id -> Binary,
        person_id -> Binary,
        name -> Text,
        credential_id -> Binary,
        credential -> Text,
        created_at -> Instant,
        used_at -> Nullable<Instant>,
    }
    ceremonies (token_hash) {
        token_hash -> Binary,
        person_id -> Nullable<Binary>,
        state -> Text,
        expires_at -> Instant,
    }
    recovery_codes (code_hash) {
        code_hash -> Binary,
        person_id -> Binary,
    }
    email_changes (id) {
        id -> Binary,
        person_id -> Binary,
        email -> Text,
        email_key -> Text,
        old_email -> Text,
        old_email_key -> Text,
        created_at -> Instant,
        confirmed_at -> Nullable<Instant>,
        expires_at -> Instant,
    }
    sign_ups (id) {
        id -> Binary,
        name -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        browser_hash -> Binary,
        created_at -> Instant,
        expires_at -> Instant,
    }
    sessions (id) {
        id -> Binary,
        token_hash -> Binary,
        person_id -> Binary,
        scope -> Text,
        created_at -> Instant,
        expires_at -> Instant,
        device -> Text,
        proved_at -> Nullable<Instant>,
    }
    sites (id) {
        id -> Binary,
        slug -> Text,
        first_name -> Text,
        relationship -> Text,
        privacy -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
        indexable -> Bool,
        link_hash -> Nullable<Binary>,
        link_sealed -> Nullable<Binary>,
        supporter_invitations -> Text,
        about_id -> Nullable<Binary>,
        closed_at -> Nullable<Instant>,
        quiet_from -> Integer,
        quiet_until -> Integer,
        status_words -> Nullable<Text>,
        status_by_id -> Nullable<Binary>,
        status_at -> Nullable<Instant>,
        due_on -> Nullable<Text>,
        due_part -> Nullable<Text>,
        due_until -> Nullable<Instant>,
        resting_since -> Nullable<Instant>,
        resting_words -> Nullable<Text>,
        resting_by_id -> Nullable<Binary>,
        note_count -> Integer,
        photo_count -> Integer,
        memorial_at -> Nullable<Instant>,
        has_condolences -> Bool,
        mail_photos -> Bool,
        mail_holds -> Text,
    }
    manners (site_id) {
        site_id -> Binary,
        reactions -> Text,
        prompts -> Bool,
        hints -> Bool,
        holds_new -> Bool,
        closed_at -> Nullable<Instant>,
        closed_words -> Nullable<Text>,
        unwanted_words -> Text,
        updated_at -> Instant,
    }
    events (id) {
        id -> Binary,
        site_id -> Binary,
        kind -> Text,
        actor_id -> Nullable<Binary>,
        subject_id -> Nullable<Binary>,
        detail -> Nullable<Text>,
        created_at -> Instant,
    }
    members (id) {
        id -> Binary,
        site_id -> Binary,
        person_id -> Binary,
        role -> Text,
        state -> Text,
        circle -> Text,
        delivery -> Text,
        message -> Nullable<Text>,
        invited_by -> Nullable<Binary>,
        unreachable_at -> Nullable<Instant>,
        unreachable_reason -> Nullable<Text>,
        gathered_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        called -> Nullable<Text>,
        gathers_hours -> Integer,
        shows_reading -> Bool,
        news_through -> Nullable<Binary>,
        links_generation -> Integer,
        digest_hour -> Integer,
        digest_day -> Integer,
        quiet_from -> Integer,
        quiet_until -> Integer,
    }
    session_sites (session_id, site_id) {
        session_id -> Binary,
        site_id -> Binary,
    }
    updates (id) {
        id -> Binary,
        site_id -> Binary,
        author_id -> Binary,
        title -> Nullable<Text>,
        body -> Text,
        body_html -> Text,
        audience -> Text,
        submission_key -> Nullable<Binary>,
        comment_count -> Integer,
        published_at -> Instant,
        edited_at -> Nullable<Instant>,
        mail -> Text,
        edition -> Integer,
        edited_by -> Nullable<Binary>,
        comments_closed_at -> Nullable<Instant>,
        comments_closed_words -> Nullable<Text>,
    }
    readings (update_id, member_id) {
        update_id -> Binary,
        member_id -> Binary,
        created_at -> Instant,
    }
    albums (id) {
        id -> Binary,
        site_id -> Binary,
        title -> Text,
        audience -> Text,
        created_by -> Binary,
        position -> Integer,
        submission_key -> Nullable<Binary>,
        created_at -> Instant,
    }
    photos (id) {
        id -> Binary,
        site_id -> Binary,
        uploader_id -> Binary,
        place -> Text,
        draft_id -> Nullable<Binary>,
        update_id -> Nullable<Binary>,
        album_id -> Nullable<Binary>,
        position -> Integer,
        audience -> Nullable<Text>,
        caption -> Nullable<Text>,
        alt -> Nullable<Text>,
        state -> Text,
        problem -> Nullable<Text>,
        width -> Integer,
        height -> Integer,
        placeholder -> Nullable<Binary>,
        crop_left -> Nullable<Integer>,
        crop_top -> Nullable<Integer>,
        crop_width -> Nullable<Integer>,
        crop_height -> Nullable<Integer>,
        size_bytes -> BigInt,
        upload_key -> Nullable<Binary>,
        created_at -> Instant,
        wish_id -> Nullable<Binary>,
        comment_count -> Integer,
    }
    discarded_photos (photo_id) {
        photo_id -> Binary,
    }
    wishes (id) {
        id -> Binary,
        site_id -> Binary,
        update_id -> Nullable<Binary>,
        author_id -> Binary,
        message -> Text,
        message_html -> Text,
        submission_key -> Nullable<Binary>,
        created_at -> Instant,
        photo_id -> Nullable<Binary>,
        answers_id -> Nullable<Binary>,
        audience -> Text,
        withheld -> Nullable<Text>,
        edited_at -> Nullable<Instant>,
        heard_at -> Nullable<Instant>,
        language -> Nullable<Text>,
        answer_count -> Integer,
        in_book -> Bool,
        kept_at -> Nullable<Instant>,
        by_visitor -> Bool,
    }
    visits (wish_id) {
        wish_id -> Binary,
        site_id -> Binary,
        name -> Text,
        follows -> Bool,
        link_hash -> Nullable<Binary>,
        created_at -> Instant,
        confirmed_at -> Nullable<Instant>,
    }
    refusals (address_hash) {
        address_hash -> Binary,
        created_at -> Instant,
    }
    reactions (id) {
        id -> Binary,
        site_id -> Binary,
        update_id -> Nullable<Binary>,
        wish_id -> Nullable<Binary>,
        photo_id -> Nullable<Binary>,
        thing_id -> Binary,
        person_id -> Binary,
        kind -> Text,
        created_at -> Instant,
    }
    reaction_givers (thing_id, person_id) {
        thing_id -> Binary,
        person_id -> Binary,
        id -> Binary,
        given -> Integer,
        is_named -> Bool,
    }
    reaction_counts (thing_id, kind) {
        thing_id -> Binary,
        kind -> Text,
        total -> Integer,
    }
    notices (id) {
        id -> Binary,
        member_id -> Binary,
        wish_id -> Nullable<Binary>,
        reaction_id -> Nullable<Binary>,
        asker_id -> Nullable<Binary>,
        created_at -> Instant,
        report_id -> Nullable<Binary>,
    }
    reports (id) {
        id -> Binary,
        site_id -> Binary,
        wish_id -> Binary,
        reporter_id -> Nullable<Binary>,
        reason -> Nullable<Text>,
        created_at -> Instant,
    }
    thanks (id) {
        id -> Binary,
        site_id -> Binary,
        giver_id -> Binary,
        message -> Nullable<Text>,
        submission_key -> Nullable<Binary>,
        created_at -> Instant,
    }
    thanked (thanks_id, member_id) {
        thanks_id -> Binary,
        member_id -> Binary,
        by_mail -> Bool,
        seen_at -> Nullable<Instant>,
        created_at -> Instant,
    }
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        person_id -> Nullable<Binary>,
        member_id -> Nullable<Binary>,
        update_id -> Nullable<Binary>,
        sign_up_id -> Nullable<Binary>,
        open_key -> Nullable<Text>,
        state -> Text,
        attempts -> Integer,
        run_at -> Instant,
        lease -> Nullable<Binary>,
        leased_until -> Nullable<Instant>,
        outcome -> Nullable<Text>,
        created_at -> Instant,
        finished_at -> Nullable<Instant>,
        email_change_id -> Nullable<Binary>,
        detail -> Nullable<Text>,
        edition -> Integer,
        draft_id -> Nullable<Binary>,
    }
    digest_news (update_id, edition, member_id) {
        update_id -> Binary,
        edition -> Integer,
        member_id -> Binary,
        state -> Text,
        tell_at -> Instant,
        job_id -> Nullable<BigInt>,
        told_at -> Nullable<Instant>,
    }
    mail_tokens (token_hash) {
        token_hash -> Binary,
        purpose -> Text,
        person_id -> Nullable<Binary>,
        member_id -> Nullable<Binary>,
        sign_up_id -> Nullable<Binary>,
        created_at -> Instant,
        expires_at -> Instant,
        email_change_id -> Nullable<Binary>,
        wish_id -> Nullable<Binary>,
    }
    drafts (id) {
        id -> Binary,
        site_id -> Binary,
        author_id -> Binary,
        update_id -> Nullable<Binary>,
        seen_at -> Nullable<Instant>,
        title -> Text,
        body -> Text,
        audience -> Text,
        mail -> Text,
        hard -> Bool,
        told -> Bool,
        timing -> Text,
        at_local -> Text,
        zone -> Text,
        shared -> Bool,
        revision -> Integer,
        publish_at -> Nullable<Instant>,
        unposted -> Nullable<Text>,
        saved_by -> Nullable<Binary>,
        created_at -> Instant,
        updated_at -> Instant,
    }
    draft_revisions (id) {
        id -> Binary,
        draft_id -> Binary,
        title -> Text,
        body -> Text,
        saved_by -> Nullable<Binary>,
        saved_at -> Instant,
    }
    spent_drafts (draft_id) {
        draft_id -> Binary,
    }
    update_revisions (id) {
        id -> Binary,
        update_id -> Binary,
        title -> Nullable<Text>,
        body -> Text,
        audience -> Text,
        author_id -> Nullable<Binary>,
        said_at -> Instant,
    }
    statuses (id) {
        id -> Binary,
        site_id -> Binary,
        author_id -> Nullable<Binary>,
        words -> Nullable<Text>,
        created_at -> Instant,
    }
    notes (id) {
        id -> Binary,
        site_id -> Binary,
        author_id -> Binary,
        title -> Text,
        body -> Text,
        body_html -> Text,
        audience -> Text,
        position -> Integer,
        submission_key -> Nullable<Binary>,
        created_at -> Instant,
        updated_at -> Instant,
    }
    reading_positions (member_id) {
        member_id -> Binary,
        seen_through -> Instant,
        seen_before -> Nullable<Instant>,
        visited_at -> Instant,
        update_id -> Nullable<Binary>,
    }
    feeds (member_id) {
        member_id -> Binary,
        token_hash -> Binary,
        token_sealed -> Binary,
        created_at -> Instant,
    }
    reply_keys (id) {
        id -> BigInt,
        member_id -> Binary,
        update_id -> Nullable<Binary>,
        wish_id -> Nullable<Binary>,
        created_at -> Instant,
    }
    incoming_letters (id) {
        id -> Binary,
        address -> Text,
        key_id -> Nullable<BigInt>,
        site_id -> Nullable<Binary>,
        person_id -> Nullable<Binary>,
        digest -> Binary,
        has_sender -> Bool,
        state -> Text,
        outcome -> Nullable<Text>,
        became_id -> Nullable<Binary>,
        raw -> Nullable<Binary>,
        received_at -> Instant,
    }
    post_addresses (site_id) {
        site_id -> Binary,
        key_hash -> Binary,
        key_sealed -> Binary,
        publishes -> Bool,
        created_at -> Instant,
    }
    installation (id) {
        id -> Integer,
        name -> Text,
        generation -> BigInt,
        beat_at -> Instant,
        paused_at -> Nullable<Instant>,
        paused_why -> Nullable<Text>,
        doubtful_before -> Nullable<Instant>,
    }
}

diesel::joinable!(passkeys -> people (person_id));
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(members -> sites (site_id));
diesel::joinable!(members -> people (person_id));
diesel::joinable!(updates -> sites (site_id));
diesel::joinable!(updates -> people (author_id));
diesel::joinable!(albums -> sites (site_id));
diesel::joinable!(photos -> sites (site_id));
diesel::joinable!(photos -> people (uploader_id));
diesel::joinable!(photos -> updates (update_id));
diesel::joinable!(photos -> albums (album_id));
diesel::joinable!(wishes -> updates (update_id));
diesel::joinable!(wishes -> people (author_id));
diesel::joinable!(visits -> wishes (wish_id));
diesel::joinable!(reactions -> people (person_id));
diesel::joinable!(reaction_givers -> people (person_id));
diesel::joinable!(drafts -> sites (site_id));
diesel::joinable!(draft_revisions -> people (saved_by));
diesel::joinable!(update_revisions -> people (author_id));
diesel::joinable!(statuses -> people (author_id));
diesel::joinable!(reading_positions -> members (member_id));
diesel::joinable!(feeds -> members (member_id));
diesel::joinable!(reports -> wishes (wish_id));
diesel::joinable!(reports -> people (reporter_id));
diesel::joinable!(thanks -> people (giver_id));
diesel::joinable!(thanks -> sites (site_id));
diesel::joinable!(thanked -> thanks (thanks_id));
diesel::joinable!(thanked -> members (member_id));

diesel::allow_tables_to_appear_in_same_query!(
    people,
    passkeys,
    ceremonies,
    recovery_codes,
    email_changes,
    sign_ups,
    sessions,
    sites,
    events,
    members,
    session_sites,
    updates,
    albums,
    photos,
    discarded_photos,
    wishes,
    reactions,
    reaction_givers,
    reaction_counts,
    notices,
    jobs,
    mail_tokens,
    drafts,
    draft_revisions,
    spent_drafts,
    update_revisions,
    statuses,
    notes,
    reading_positions,
    feeds,
    manners,
    readings,
    reports,
    thanks,
    thanked,
    visits,
    refusals,
    reply_keys,
    incoming_letters,
    post_addresses,
    digest_news,
);
